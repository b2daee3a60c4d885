"""A name found anywhere in an interview is redacted everywhere in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from models.anonymisation.common_words import doubles_as_word
from models.anonymisation.identity import Form, bare
from models.anonymisation.mentions import Label, Mention

_PROPAGATED = (Label.NAME, Label.PLACE, Label.ORGANISATION)
_SENTENCE_ENDS = (".", "?", "!", "…")
SHORTEST_PART = 2
"""Letters a part of a name must have to be looked for by itself: "Anna K" does not redact every "k"."""

_ORDINARY_TIMES = 3
"""How many times more often than with a capital a word has to be heard without, to be taken for no name."""


def propagated(texts: Sequence[str], forms: Mapping[Form, Label]) -> list[Mention]:
    """Mentions of the forms among all words of the interview, those already found among them.

    ``texts`` are the words in order. A form of several words is found as a whole; a name's parts ("Anna" and
    "Hansen" of Anna Hansen) also one by one. A form that is an everyday word too ("Will", or one that this interview
    has in lower case nearly always) counts only where it has a capital inside a sentence.
    """
    compared = [bare(text) for text in texts]
    wanted = _with_parts(forms)
    ordinary = {form for form in wanted if len(form) == 1 and _is_ordinary(form[0], texts, compared)}
    by_first: dict[str, list[Form]] = {}
    for form in sorted(wanted, key=len, reverse=True):
        by_first.setdefault(form[0], []).append(form)
    mentions: list[Mention] = []
    position = 0
    while position < len(compared):
        for form in by_first.get(compared[position], ()):
            if tuple(compared[position : position + len(form)]) != form:
                continue
            if form in ordinary and not _is_capitalised_inside(texts, position):
                continue
            mentions.append(Mention(position, position + len(form) - 1, wanted[form], 0.7, "propagation"))
            position += len(form) - 1
            break
        position += 1
    return mentions


def _with_parts(forms: Mapping[Form, Label]) -> dict[Form, Label]:
    wanted = {form: label for form, label in forms.items() if label in _PROPAGATED}
    for form, label in list(wanted.items()):
        if label is Label.NAME:
            for part in form:
                if len(part) >= SHORTEST_PART:
                    wanted.setdefault((part,), Label.NAME)
    return wanted


def _is_ordinary(word: str, texts: Sequence[str], compared: Sequence[str]) -> bool:
    if doubles_as_word(word):
        return True
    small = capital = 0
    for text, same in zip(texts, compared, strict=True):
        if same == word:
            capital, small = (capital + 1, small) if _has_capital(text) else (capital, small + 1)
    return small >= _ORDINARY_TIMES * max(capital, 1)


def _is_capitalised_inside(texts: Sequence[str], position: int) -> bool:
    starts_sentence = position == 0 or texts[position - 1].rstrip("\"'”’)").endswith(_SENTENCE_ENDS)
    return _has_capital(texts[position]) and not starts_sentence


def _has_capital(text: str) -> bool:
    return any(char.isupper() for char in text[:2])
