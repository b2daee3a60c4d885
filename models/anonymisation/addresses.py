"""Rules for addresses: of the net, of the post, and of institutions by what they call themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator

from models.anonymisation.common_words import is_common, word_set
from models.anonymisation.mentions import Found, Label
from models.anonymisation.runs import run_after
from models.anonymisation.spoken import Spoken
from models.anonymisation.spoken_numbers import UNDER_HUNDRED

_TOP = r"(?:com|org|net|edu|gov|info|no|se|dk|fi|uk|co\.uk|ac\.uk|de|fr|nl|eu|io|us|ca|au|ie|nz)"

_EMAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
_SPOKEN_EMAIL = re.compile(
    r"\b[\w.-]+(?:\s+(?:dot|underscore|dash|hyphen)\s+[\w-]+)*\s+at\s+[\w-]+(?:(?:\s+dot\s+|\.)[a-z]{2,})+\b"
    r"(?!\s+(?:at|dot)\b)",
    re.IGNORECASE,
)
_URL = re.compile(
    rf"\b(?:https?://\S*[^\s.,;:?!)]|www\.[\w.-]+\w(?:/\S*)?|[\w-]+(?:\.[\w-]+)*\.{_TOP}(?:/\S*)?)\b"
)
_SPOKEN_URL = re.compile(rf"\b(?:www\s+dot\s+)?[\w-]+(?:\s+dot\s+[\w-]+)*\s+dot\s+{_TOP}\b", re.IGNORECASE)
_HANDLE = re.compile(r"(?<![\w@])@\w{2,}")
_SPOKEN_EMAIL_WHOLE = re.compile(
    r"\b(?:e-?mail(?:\s+(?:address|id))?(?:\s+(?:is|me|him|her|us|at|on|it['’]?s|of|um|uh))*|write\s+to|reach\s+me\s+(?:at|on)|"
    r"contact\s+me\s+(?:at|on))[\s,:]+(?P<found>(?:[\w-]+[\s,]+){0,8}?[\w.-]+\s+at\s+[\w-]+(?:(?:\s+dot\s+|\.)[a-z]{2,})+)\b",
    re.IGNORECASE,
)
_STREET_KIND = (
    r"(?:Street|Road|Avenue|Lane|Drive|Close|Crescent|Court|Terrace|Gardens|Boulevard|Grove|Square|Way|Mews|Row|"
    r"Walk)"
)
_NUMBER = (
    rf"(?:(?:flat|number|apartment|unit)\s+)?(?:\d+[a-z]?|(?:one\s+hundred\s+(?:and\s+)?)?{UNDER_HUNDRED})"
)
_STREET = re.compile(rf"\b(?:\d+[A-Za-z]?\s+)?(?:[A-Z][\w'’-]+\s+){{1,3}}{_STREET_KIND}\b")
_HOUSE = re.compile(
    rf"\b(?:{_NUMBER},?\s+)+(?P<name>(?:[^\W\d][\w'’-]+\s+){{1,3}}?){_STREET_KIND}\b", re.IGNORECASE
)
_ON_STREET = re.compile(
    rf"\b(?:on|in|at|near|off|down)\s+(?P<found>(?P<name>(?:[^\W\d][\w'’-]+\s+){{1,2}}?){_STREET_KIND})\b",
    re.IGNORECASE,
)
_NO_STREET = word_set(
    """
    main high busy back front same side other every each any one next quiet long wrong right left dark open cul
    """
)
_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}\b")
_INSTITUTION = (
    r"(?:University|College|School|Academy|Hospital|Clinic|Surgery|Infirmary|Hospice|Church|Mosque|Council|Institute|"
    r"Kindergarten|Nursery|Trust)"
)
_INSTITUTIONS = re.compile(
    rf"\b(?:(?:[A-Z][\w'’&.-]*\s+){{1,4}}{_INSTITUTION}(?:\s+of\s+[A-Z][\w'’-]+)?|{_INSTITUTION}\s+of\s+[A-Z][\w'’-]+)\b"
)
_HOME = re.compile(
    r"\b(?:liv(?:e|es|ed|ing)|born|grew\s+up|raised|mov(?:e|ed|ing)|com(?:e|es|ing)|came|from|based|travel(?:s|ling|ing|led)?|"
    r"flew|fly|flying|drove|driving|stationed|holiday)\s+(?:(?:in|to|at|from|near|outside|back|over|um|uh|here|there)\s+)+",
    re.IGNORECASE,
)
_RARE_PLACE = 3.0
"""Zipf frequency below which an unlisted word without a capital is taken for a place after "live in" and the like."""
_STARTS_A_SENTENCE = re.compile(
    r"^(?:The|A|An|My|His|Her|Our|Their|This|That|And|But|So|In|At|Then|When|I|Or|If|No|Yes)\s+"
)

_RULES = (
    (_EMAIL, Label.EMAIL, 0.95, "e-mail"),
    (_SPOKEN_EMAIL, Label.EMAIL, 0.8, "e-mail"),
    (_URL, Label.URL, 0.85, "web address"),
    (_SPOKEN_URL, Label.URL, 0.8, "web address"),
    (_HANDLE, Label.ID, 0.7, "handle"),
    (_SPOKEN_EMAIL_WHOLE, Label.EMAIL, 0.85, "e-mail"),
    (_HOUSE, Label.PLACE, 0.8, "street"),
    (_POSTCODE, Label.PLACE, 0.85, "postcode"),
)
_CASED_RULES = (
    (_STREET, Label.PLACE, 0.85, "street"),
    (_INSTITUTIONS, Label.ORGANISATION, 0.8, "institution"),
)


def find_addresses(spoken: Spoken) -> Iterator[Found]:
    """E-mail and web addresses, written and spoken; streets, postcodes, homes; institutions with their own name."""
    for text, rules in ((spoken.text, _RULES), (spoken.cased, _CASED_RULES)):
        for pattern, label, confidence, rule in rules:
            for match in pattern.finditer(text):
                start, end = match.span("found" if "found" in pattern.groupindex else 0)
                whole = start
                while pattern in (_STREET, _INSTITUTIONS) and (
                    opening := _STARTS_A_SENTENCE.match(text[start:end])
                ):
                    start += opening.end()
                if start > whole and " " not in text[start:end].strip():
                    continue  # "The School": nothing of its own is left.
                if pattern is _HOUSE and not _has_own_name(match.group("name")):
                    continue
                yield Found(start, end, label, confidence, f"rules: {rule}")
                if pattern in (_STREET, _HOUSE):
                    yield from _town_after(spoken, end)
    for match in _ON_STREET.finditer(spoken.text):
        if _has_own_name(match.group("name")):
            yield Found(*match.span("found"), Label.PLACE, 0.6, "rules: street")
            yield from _town_after(spoken, match.end("found"))
    for match in _HOME.finditer(spoken.text):
        run = run_after(spoken, match.end(), frequent=_RARE_PLACE)
        if run:
            yield Found(*run, Label.PLACE, 0.7, "rules: home")


def _has_own_name(words: str) -> bool:
    """Whether the words before "street" or "way" are a name: "on the main road" and "by the way" have none."""
    return all(not is_common(word) and word not in _NO_STREET for word in words.lower().split())


def _town_after(spoken: Spoken, end: int) -> Iterator[Found]:
    """What follows a street, as its town."""
    before = re.match(r"[,.\s]+(?:(?:in|um|uh)\s+)*", spoken.text[end:])
    run = run_after(spoken, end + before.end(), frequent=_RARE_PLACE) if before else None
    if run and run[0] - end < 12:
        yield Found(*run, Label.PLACE, 0.6, "rules: town")
