"""The review as it is shown: each redaction with its context and its risk, in the order in which to look at them."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from models.anonymisation.mentions import Label
from models.anonymisation.remaining import Estimate, Seen, remaining, sources_of
from service.review.judged import Judged
from service.review.looking import Look
from service.review.risk import Risk, Why, risk, searching
from service.review.state import ReviewState
from service.review.words import Placed, SpokenWords
from service.transcript.readers import ConnectionReader
from service.transcript.reading import doubtful_words
from service.vault.events import Event, Wanted, read_events
from service.vault.interviews import RedactionState

CONTEXT_WORDS = 8
MOST_PLACES = 20
"""Of one word of the second look, and of words that were hardly understood."""
MOST_RELEASES = 50
_FEWEST_LETTERS = 3
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")


@dataclass(frozen=True, slots=True)
class Context:
    """Words as text, with what is said before and after them."""

    utterance: int | None
    said: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A redaction to look at. ``same`` are said the same and have its label, with it; ``same_open`` undecided ones."""

    redaction: Judged
    context: Context
    risk: Risk
    found_by: tuple[str, ...]
    missed_by: tuple[str, ...]
    same: int
    same_open: int


@dataclass(frozen=True, slots=True)
class ShownPlace:
    """A word in its context."""

    placed: Placed
    context: Context


@dataclass(frozen=True, slots=True)
class ShownLook:
    """A word of the second look with the first places where it is said; ``count`` are all."""

    look: Look
    count: int
    places: tuple[ShownPlace, ...]


def shown_redactions(state: ReviewState, words: SpokenWords) -> tuple[Shown, ...]:
    """Every redaction: what is lost first, then what detectors disagree on, each by risk."""
    sources = searching(state.redactions)
    groups = Counter((one.label, one.form) for one in state.redactions)
    undecided = Counter((one.label, one.form) for one in state.redactions if one.state is RedactionState.OPEN)
    shown = []
    for one in state.redactions:
        here = sources.get(one.label, frozenset())
        mine = sources_of(one.detectors)
        shown.append(
            Shown(
                one,
                _context(words, words.placed(one.word_ids), " ".join(one.said)),
                risk(one, here),
                tuple(sorted(mine)),
                tuple(sorted(here - mine)),
                groups[one.label, one.form],
                undecided[one.label, one.form],
            )
        )
    return tuple(sorted(shown, key=_order))


def _order(one: Shown) -> tuple[bool, bool, float, int]:
    why = one.risk.why
    return (Why.LOST not in why, Why.DISAGREED not in why, -one.risk.value, one.redaction.start_ms)


def shown_looks(looks: Iterable[Look], words: SpokenWords) -> tuple[ShownLook, ...]:
    """Every word of the second look that is still said."""
    shown = []
    for look in looks:
        placed = words.placed(look.word_ids)
        places = tuple(ShownPlace(one, _context(words, [one])) for one in placed[:MOST_PLACES])
        shown.append(ShownLook(look, len(placed), places))
    return tuple(shown)


def estimates(redactions: Iterable[Judged]) -> tuple[Estimate, ...]:
    """What may remain, from the redactions that count. Nobody says of what is unsure that it is an identity."""
    return remaining(
        [Seen(one.label, one.detectors) for one in redactions if one.counts and one.label != Label.UNSURE]
    )


def bounds(made: Iterable[Estimate]) -> tuple[int | None, int | None]:
    """The fewest and the most mentions that may remain, over labels that can be estimated; None when none can."""
    known = [one for one in made if one.low is not None and one.high is not None]
    if not known:
        return None, None
    return (
        sum(math.floor(one.low or 0) for one in known),
        math.ceil(sum(one.high or 0 for one in known)),
    )


def hardly_understood(
    connection: sa.Connection, interview_id: str, redactions: Iterable[Judged], words: SpokenWords
) -> tuple[ShownPlace, ...]:
    """The words of which the recogniser was least sure and that nobody redacted, in order of time."""
    covered = {number for one in redactions if one.counts for number in one.word_ids}
    found = doubtful_words(
        ConnectionReader(connection), interview_id, of_speaker=False, limit=10 * MOST_PLACES
    )
    open_ones = [
        word
        for _, word in found
        if word.id not in covered and len(word.text.strip(".,?!")) >= _FEWEST_LETTERS
    ]
    least = sorted(open_ones, key=lambda word: (word.confidence, word.start_ms))[:MOST_PLACES]
    return tuple(ShownPlace(one, _context(words, [one])) for one in words.placed(word.id for word in least))


def releases(connection: sa.Connection, interview_id: str) -> tuple[Event, ...]:
    """Who released the interview and took it back, the latest first."""
    acts = ("released", "release_taken_back")
    found = [
        event
        for act in acts
        for event in read_events(connection, Wanted(action=act, subject=interview_id, limit=MOST_RELEASES))
    ]
    return tuple(sorted(found, key=lambda event: -event.number))


def _context(words: SpokenWords, placed: Sequence[Placed], gone: str = "") -> Context:
    if not placed:
        return Context(None, _EDGES.sub("", gone), "", "")
    first, last = placed[0].place, placed[-1].place
    return Context(
        placed[0].utterance_id,
        _EDGES.sub("", _text(placed)),
        _text(words.all[max(0, first - CONTEXT_WORDS) : first]),
        _text(words.all[last + 1 : last + 1 + CONTEXT_WORDS]),
    )


def _text(placed: Iterable[Placed]) -> str:
    return " ".join(one.word.text for one in placed)
