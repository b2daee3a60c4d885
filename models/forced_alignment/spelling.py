"""Written words → the words that are heard: "25" is "twenty five", "Dr." is "doctor"."""

from __future__ import annotations

import re
import unicodedata

# What is written shorter than it is said; the recogniser writes these.
_ABBREVIATIONS = {
    "mr": "mister",
    "mrs": "missus",
    "dr": "doctor",
    "st": "saint",
    "vs": "versus",
    "etc": "et cetera",
    "&": "and",
    "+": "plus",
    "=": "equals",
    "@": "at",
    "%": "percent",
    "km": "kilometers",
    "kg": "kilograms",
    "cm": "centimeters",
    "mm": "millimeters",
    "mg": "milligrams",
    "ml": "milliliters",
}
_CURRENCIES = {"$": "dollars", "£": "pounds", "€": "euros"}
_NUMBER = re.compile(r"(\d[\d,]*)(?:\.(\d+))?(st|nd|rd|th|s)?")
_TIME = re.compile(r"(\d{1,2}):(\d{2})")
# The English alphabet as it is spelled aloud, for initials: CMUdict lists each letter with a dot.
_PARTS = re.compile(r"[a-z']+|\d{1,2}:\d{2}|\d[\d,]*(?:\.\d+)?(?:st|nd|rd|th|s(?![a-z]))?|[$£€%&+=@]")


def spoken_forms(text: str) -> tuple[str, ...]:
    """The lower-case English words that are heard for one written word; none when nothing of it can be said."""
    plain = unicodedata.normalize("NFKD", text.replace("’", "'")).casefold()
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    if re.fullmatch(r"(?:[a-z]\.){2,}[a-z]?", plain):
        return tuple(f"{letter}." for letter in plain if letter.isalpha())
    parts: list[str] = _PARTS.findall(plain)
    # "$3" is said "three dollars".
    for place, part in enumerate(parts[:-1]):
        if part in _CURRENCIES and parts[place + 1][0].isdigit():
            parts[place : place + 2] = [parts[place + 1], part]
    return tuple(word for part in parts for word in _spoken(part))


def _spoken(part: str) -> list[str]:
    if part in _CURRENCIES:
        return [_CURRENCIES[part]]
    if part in _ABBREVIATIONS:
        return _ABBREVIATIONS[part].split()
    if time := _TIME.fullmatch(part):
        minutes = int(time[2])
        return [*_cardinal(int(time[1])), *(_cardinal(minutes) if minutes else [])]
    if number := _NUMBER.fullmatch(part):
        return _number(number[1], number[2], number[3])
    word = part.strip("'")
    return [word] if word else []


def _number(written: str, fraction: str | None, ending: str | None) -> list[str]:
    whole = written.replace(",", "")
    if len(whole) > 15 or (whole.startswith("0") and len(whole) > 1):
        # Telephone numbers and the like are said digit by digit.
        return [word for digit in whole for word in _cardinal(int(digit))]
    value = int(whole)
    if ending in ("st", "nd", "rd", "th"):
        return _words(value, "ordinal")
    is_year = len(written) == 4 and 1100 <= value < 2000
    words = _words(value, "year") if is_year else _cardinal(value)
    if fraction:
        words = [*words, "point", *(word for digit in fraction for word in _cardinal(int(digit)))]
    if ending == "s":
        last = words[-1]
        words[-1] = f"{last[:-1]}ies" if last.endswith("y") else f"{last}s"
    return words


def _cardinal(value: int) -> list[str]:
    return _words(value, "cardinal")


def _words(value: int, form: str) -> list[str]:
    from num2words import num2words

    said: str = num2words(value, to=form)
    return re.findall(r"[a-z]+", said)
