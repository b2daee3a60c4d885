"""Whose voice is it: suggestions from the voices a person has confirmed, each with a score and a reason.

Nothing here is certain and nothing is decided: a person confirms. A voice that is like none of those that are known is
said to be unknown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.values import Voiceprint
from models.voice_match import DIFFERENT_BELOW, LEAST_SPEECH_MS, SAME_FROM, VoiceDecision

_MOST_NAMED = 3  # interviews named in a reason


@dataclass(frozen=True, slots=True)
class HeardVoice:
    """A voice of an interview.

    ``person`` is who it is, as a person confirmed it; ``participant`` whom the interview is filed under.
    """

    interview_id: str
    interview: str
    label: str
    participant: str | None
    person: str | None
    voice: Voiceprint


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Who a voice may be. ``person`` is None when it is like nobody known; ``score`` is then of the nearest, if any."""

    label: str
    person: str | None
    score: float | None
    decision: VoiceDecision
    reason: str

    @property
    def confirmed(self) -> bool:
        """Whether a person said who it is, by name or by the role; nothing was compared then."""
        return self.person is not None and self.score is None


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A recording that is filed under one participant and sounds like another, or like nobody of the earlier waves."""

    label: str | None
    filed_as: str
    sounds_like: str | None
    score: float
    message: str


@dataclass(frozen=True, slots=True)
class Heard:
    """What the voices of one interview say."""

    suggestions: tuple[Suggestion, ...]
    mismatches: tuple[Mismatch, ...]


def compare_voices(
    mine: Sequence[HeardVoice], others: Sequence[HeardVoice], interviewers: frozenset[str]
) -> Heard:
    """Suggestions for the voices of one interview, by those of all ``others``; ``interviewers`` are the ids of who ask.

    A voice can be one person only and a person one voice only, so the best scores choose first.
    """
    mine = sorted(mine, key=lambda one: one.label)
    if not mine:
        return Heard((), ())
    others = [one for one in others if one.voice.model == mine[0].voice.model]
    people = _people(others)
    scores = _scores(mine, [vector for vector, _ in people.values()])
    names = list(people)
    chosen: dict[str, tuple[str, float]] = {}
    taken: set[str] = {one.person for one in mine if one.person}
    order = sorted(np.ndindex(scores.shape), key=lambda place: -scores[place]) if names else []
    for row, column in order:
        one, name, score = mine[row], names[column], float(scores[row, column])
        if score < SAME_FROM or one.label in chosen or name in taken or one.person:
            continue
        if _enough(one) and people[name][1]:
            chosen[one.label] = (name, score)
            taken.add(name)
    suggestions = []
    for row, one in enumerate(mine):
        best = int(np.argmax(scores[row])) if names else None
        nearest = (names[best], float(scores[row, best])) if best is not None else None
        suggestions.append(_suggestion(one, chosen.get(one.label), nearest, others))
    return Heard(tuple(suggestions), tuple(_mismatches(mine, names, scores, interviewers)))


def _people(others: Sequence[HeardVoice]) -> dict[str, tuple[NDArray[np.float64], bool]]:
    """The mean voice of each confirmed person, and whether there was enough speech to know it."""
    heard: dict[str, list[HeardVoice]] = defaultdict(list)
    for one in others:
        if one.person is not None:
            heard[one.person].append(one)
    found = {}
    for person, voices in sorted(heard.items()):
        enough = [one for one in voices if _enough(one)]
        mean = np.mean([one.voice.vector for one in enough or voices], axis=0)
        found[person] = (mean / np.linalg.norm(mean), bool(enough))
    return found


def _scores(mine: Sequence[HeardVoice], people: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    if not people:
        return np.zeros((len(mine), 0))
    scores: NDArray[np.float64] = np.array([one.voice.vector for one in mine]) @ np.array(people).T
    return scores


def _enough(one: HeardVoice) -> bool:
    return one.voice.speech_ms >= LEAST_SPEECH_MS


def _suggestion(
    one: HeardVoice,
    chosen: tuple[str, float] | None,
    nearest: tuple[str, float] | None,
    others: Sequence[HeardVoice],
) -> Suggestion:
    if one.person is not None:
        return Suggestion(one.label, one.person, None, VoiceDecision.SAME, "Confirmed by a person.")
    if chosen is not None:
        person, score = chosen
        where = [other.interview for other in others if other.person == person]
        return Suggestion(
            one.label, person, score, VoiceDecision.SAME, f"Sounds like {person} in {_listed(where)}."
        )
    if not _enough(one):
        seconds = round(one.voice.speech_ms / 1000)
        return Suggestion(
            one.label, None, None, VoiceDecision.UNCLEAR, f"Too little speech to tell: {seconds} s."
        )
    recurring = _recurring(one, others)
    again = f" The same voice, not confirmed yet, is in {_listed(recurring)}." if recurring else ""
    if nearest is None:
        return Suggestion(
            one.label, None, None, VoiceDecision.UNCLEAR, f"Unknown: no voice is confirmed yet.{again}"
        )
    person, score = nearest
    if score >= DIFFERENT_BELOW:
        said = f"Unknown: nearest is {person}, not near enough to say."
        return Suggestion(one.label, None, score, VoiceDecision.UNCLEAR, said + again)
    said = "Unknown: like nobody whose voice is confirmed."
    return Suggestion(one.label, None, score, VoiceDecision.DIFFERENT, said + again)


def _recurring(one: HeardVoice, others: Sequence[HeardVoice]) -> list[str]:
    """Interviews with the same voice, of nobody known."""
    unnamed = [other for other in others if other.person is None and _enough(other)]
    if not unnamed:
        return []
    scores = np.array([other.voice.vector for other in unnamed]) @ np.array(one.voice.vector)
    return [other.interview for other, score in zip(unnamed, scores, strict=True) if score >= SAME_FROM]


def _mismatches(
    mine: Sequence[HeardVoice],
    names: Sequence[str],
    scores: NDArray[np.float64],
    interviewers: frozenset[str],
) -> list[Mismatch]:
    filed_as = mine[0].participant
    if filed_as is None or any(one.person == filed_as for one in mine):
        return []  # unfiled, or a person has confirmed that the participant is heard
    found = [
        Mismatch(
            one.label,
            filed_as,
            one.person,
            1.0,
            f"{one.label} is {one.person}, and the recording is filed as {filed_as}.",
        )
        for one in mine
        if one.person is not None and one.person not in interviewers
    ]
    own = names.index(filed_as) if filed_as in names else None
    for row, one in enumerate(mine):
        if one.person is not None or not _enough(one):
            continue
        for column, name in enumerate(names):
            score = float(scores[row, column])
            like_own = own is not None and float(scores[row, own]) >= score
            if name in interviewers or name == filed_as or score < SAME_FROM or like_own:
                continue
            found.append(
                Mismatch(
                    one.label,
                    filed_as,
                    name,
                    score,
                    f"{one.label} sounds like {name}, and the recording is filed as {filed_as}.",
                )
            )
    long = [row for row, one in enumerate(mine) if _enough(one)]
    if own is not None and not found and long and len(long) == len(mine):
        nearest = max(float(scores[row, own]) for row in long)
        if nearest < DIFFERENT_BELOW:
            found.append(
                Mismatch(
                    None,
                    filed_as,
                    None,
                    nearest,
                    f"Nobody in this recording sounds like {filed_as} in the interviews where that voice is confirmed.",
                )
            )
    return found


def roles_by_voice(
    heard: Heard, labels: Sequence[str], participant: str | None, interviewers: frozenset[str]
) -> Mapping[str, bool]:
    """Which labels ask (True) and which tell (False), as far as the voices say; of two, the other is the other."""
    known: dict[str, bool] = {}
    for one in heard.suggestions:
        if one.person in interviewers:
            known[one.label] = True
        elif one.person is not None and one.person == participant:
            known[one.label] = False
    if len(labels) == 2 and len(known) == 1:
        other = next(one for one in labels if one not in known)
        known[other] = not next(iter(known.values()))
    return known


def _listed(names: Sequence[str]) -> str:
    unique = sorted(dict.fromkeys(names))
    more = f" and {len(unique) - _MOST_NAMED} more" if len(unique) > _MOST_NAMED else ""
    return ", ".join(unique[:_MOST_NAMED]) + more
