"""What one model takes for a name and a dictionary for a word is left out, unless another detector agrees."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from models.anonymisation.boundaries import NAMED
from models.anonymisation.gazetteers import is_listed
from models.anonymisation.identity import bare
from models.anonymisation.mentions import Label, Mention

_SENTENCE_ENDS = (".", "?", "!", "…")
_SURE_BY_THEMSELVES = "rules:"


def without_doubtful(
    mentions: Sequence[Mention],
    texts: Sequence[str],
    begins: frozenset[int],
    uncased: bool,
    dictionary: frozenset[str],
) -> Iterator[Mention]:
    """The mentions of one passage without those that only one model found and that are likelier a word.

    In doubt is a name of one word without a capital of its own that is in the dictionary and on no list, and in
    text without case an organisation of one word.
    """
    for mention in mentions:
        if (
            mention.label in NAMED
            and mention.first == mention.last
            and not mention.detector.startswith(_SURE_BY_THEMSELVES)
            and _is_doubtful(mention, texts, begins, uncased, dictionary)
            and not _is_agreed(mention, mentions)
        ):
            continue
        yield mention


def _is_doubtful(
    mention: Mention, texts: Sequence[str], begins: frozenset[int], uncased: bool, dictionary: frozenset[str]
) -> bool:
    word = bare(texts[mention.first])
    if uncased and mention.label is Label.ORGANISATION:
        return True
    position = mention.first
    starts = position in begins or texts[position - 1].rstrip("\"'”’)").endswith(_SENTENCE_ENDS)
    if texts[position][:1].isupper() and not starts:
        return False
    return not is_listed(word) and any(stem in dictionary for stem in _stems(word))


def _is_agreed(mention: Mention, others: Sequence[Mention]) -> bool:
    return any(
        other.detector != mention.detector and other.first <= mention.last and other.last >= mention.first
        for other in others
    )


def _stems(word: str) -> Iterator[str]:
    yield word
    for ending in ("s", "es", "ed", "d", "ing", "er", "ly"):
        if word.endswith(ending):
            yield word.removesuffix(ending)
