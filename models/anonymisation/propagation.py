"""A name found anywhere is redacted everywhere: also inflected, shortened, or misheard by the recogniser."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from jellyfish import damerau_levenshtein_distance, metaphone

from models.anonymisation.common_words import doubles_as_word, is_common, is_medical
from models.anonymisation.frequency import zipf
from models.anonymisation.gazetteers import first_names, is_first_name, is_last_name, nicknames, places
from models.anonymisation.identity import Form, bare
from models.anonymisation.mentions import Label, Mention
from models.anonymisation.names import can_be_spoken_to, is_spoken_to

_PROPAGATED = (Label.NAME, Label.PLACE, Label.ORGANISATION)
_SENTENCE_ENDS = (".", "?", "!", "…")
SHORTEST_PART = 2
"""Letters a part of a name must have to be looked for by itself: "Anna K" does not redact every "k"."""

_ORDINARY_TIMES = 3
"""How many times more often than with a capital a word has to be heard without, to be taken for no name."""
_ORDINARY_ZIPF = 4.0
"""Zipf frequency above which an unlisted word is ordinary where no capitals are written."""

_SHORTEST_MISHEARD = 4
_MISHEARD_ZIPF = 3.0
"""Zipf frequency below which a word that is no listed name can be a misspelling of one."""
_MISHEARD_NAME_ZIPF = 4.6
"""The same for a listed name: "Hanson" where somebody is called Hansen."""


def propagated(
    texts: Sequence[str],
    forms: Mapping[Form, Label],
    begins: frozenset[int] = frozenset(),
    uncased: Sequence[bool] | None = None,
) -> list[Mention]:
    """Mentions of the forms among all words, those already found among them.

    ``texts`` are the words in order, ``begins`` the positions at which sentences begin whatever stands before,
    ``uncased`` says of each position whether its text was written without capitals (none is, unless given).

    A form of several words is found as a whole; a name's parts ("Anna" and "Hansen" of Anna Hansen) also one by one;
    each also in the plural, within a word with a hyphen, a first name by its pet names, and spelt otherwise when it
    sounds the same or differs in a letter or two and is no everyday word. A form that is an everyday word too ("Will",
    or one that these texts have in lower case nearly always) counts only where it has a capital inside a sentence or
    somebody is called by it.
    """
    flags = uncased if uncased is not None else [False] * len(texts)
    compared = [bare(text) for text in texts]
    wanted = _with_parts(forms)
    standing_for = _variants(compared, wanted)
    replaced = [standing_for.get(word, word) for word in compared]
    ordinary = {form for form in wanted if len(form) == 1 and _is_ordinary(form[0], texts, compared, flags)}
    by_first: dict[str, list[Form]] = {}
    for form in sorted(wanted, key=len, reverse=True):
        by_first.setdefault(form[0], []).append(form)
    mentions: list[Mention] = []
    position = 0
    while position < len(compared):
        for form in by_first.get(replaced[position], ()):
            last = position + len(form) - 1
            if tuple(replaced[position : last + 1]) != form:
                continue
            if form in ordinary and not _is_named_here(texts, compared, position, begins, flags):
                continue
            spoken = tuple(compared[position : last + 1])
            meant = form if spoken != form and not all(map(_is_listed, spoken)) else None
            mentions.append(Mention(position, last, wanted[form], 0.7, "propagation", meant))
            position = last
            break
        position += 1
    return mentions


def _with_parts(forms: Mapping[Form, Label]) -> dict[Form, Label]:
    wanted = {form: label for form, label in forms.items() if label in _PROPAGATED}
    for form, label in list(wanted.items()):
        if label is Label.NAME:
            for part in form:
                if len(part) >= SHORTEST_PART and not is_medical(part):
                    wanted.setdefault((part,), Label.NAME)
    return wanted


def _variants(compared: Iterable[str], wanted: Mapping[Form, Label]) -> dict[str, str]:
    """For each word that is another form of a wanted one, the wanted one."""
    words = {form[0] for form in wanted if len(form) == 1} | {
        word for form in wanted for word in form if len(word) >= _SHORTEST_MISHEARD
    }
    others = set(compared) - words - {""}
    found: dict[str, str] = {}
    for one in others:
        inflected = _inflected(one, words)
        if inflected:
            found[one] = inflected
    for name in sorted(form[0] for form, label in wanted.items() if label is Label.NAME and len(form) == 1):
        for pet in nicknames(name) & others if name in first_names() else ():
            if is_first_name(pet):
                found.setdefault(pet, name)
    found.update((one, name) for one, name in _misheard(others - set(found), words))
    return found


def _inflected(word: str, names: set[str]) -> str | None:
    """The name of which the word is a plural or a genitive without its apostrophe, or that it has beside a hyphen."""
    if word.endswith("s") and word[:-1] in names and len(word) > SHORTEST_PART + 1:
        return None if zipf(word) > zipf(word[:-1]) or doubles_as_word(word[:-1]) else word[:-1]
    for part in word.split("-") if "-" in word else ():
        if part in names and len(part) > SHORTEST_PART and not doubles_as_word(part):
            return part
    return None


def _misheard(others: Iterable[str], names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Words that sound like a name or are one or two letters away from it, and are no everyday words."""
    firm = sorted(
        name
        for name in names
        if len(name) >= _SHORTEST_MISHEARD
        and name.isalpha()
        and not doubles_as_word(name)
        and not is_medical(name)
    )
    by_sound: dict[str, list[str]] = {}
    by_letter: dict[str, list[str]] = {}
    for name in firm:
        by_sound.setdefault(metaphone(name), []).append(name)
        by_letter.setdefault(name[0], []).append(name)
    for word in sorted(others):
        if not _can_be_misheard(word):
            continue
        near = [name for name in by_sound.get(metaphone(word), ()) if _distance(word, name) <= 2]
        near += [
            name for name in by_letter.get(word[0], ()) if _distance(word, name) <= _letters_apart(word, name)
        ]
        if near:
            yield word, min(near, key=lambda name: (_distance(word, name), name))


def _can_be_misheard(word: str) -> bool:
    if len(word) < _SHORTEST_MISHEARD or not word.isalpha() or is_common(word) or is_medical(word):
        return False
    if doubles_as_word(word):
        return False
    return zipf(word) < (_MISHEARD_NAME_ZIPF if _is_listed(word) else _MISHEARD_ZIPF)


def _distance(one: str, other: str) -> int:
    return damerau_levenshtein_distance(one, other)


def _letters_apart(word: str, name: str) -> int:
    """How many letters two spellings of one name may differ in."""
    shortest = min(len(word), len(name))
    return 2 if shortest >= 8 else 1 if shortest >= 5 else 0


def _is_listed(word: str) -> bool:
    return is_first_name(word) or is_last_name(word)


def _is_ordinary(word: str, texts: Sequence[str], compared: Sequence[str], uncased: Sequence[bool]) -> bool:
    if doubles_as_word(word):
        return True
    counts: Counter[str] = Counter()
    for text, same, without in zip(texts, compared, uncased, strict=True):
        if same == word:
            counts["uncased" if without else "capital" if _has_capital(text) else "small"] += 1
    if counts["small"] >= _ORDINARY_TIMES * max(counts["capital"], 1):
        return True
    if counts["uncased"] and not counts["capital"]:
        return zipf(word) > _ORDINARY_ZIPF and not _is_listed(word) and (word,) not in places().known
    return False


def _is_named_here(
    texts: Sequence[str],
    compared: Sequence[str],
    position: int,
    begins: frozenset[int],
    uncased: Sequence[bool],
) -> bool:
    starts = (
        position == 0 or position in begins or texts[position - 1].rstrip("\"'”’)").endswith(_SENTENCE_ENDS)
    )
    capital = _has_capital(texts[position])
    if capital and not starts:
        return True
    if not (capital or uncased[position]) or not can_be_spoken_to(compared[position]):
        return False
    if capital:
        return texts[position].endswith((",", "?"))
    ends = position + 1 == len(texts) or position + 1 in begins
    before = None if starts else compared[position - 1]
    return is_spoken_to(before, None if ends else compared[position + 1])


def _has_capital(text: str) -> bool:
    return any(char.isupper() for char in text[:2])
