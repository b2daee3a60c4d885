"""What is usual for a person over several interviews, and how one interview differs from the others.

Between two recordings room, distance, microphone and noise differ. So a feature of the recording
(:data:`~models.nuance.summary.OF_RECORDING`) is centred on the person's own median in each recording before it is put
together with others, as cepstral mean subtraction takes a channel out (Atal 1974); its level is never compared between
recordings. Pitch, its range and tempo are taken as they are. Figures: docs/benchmarks.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from models.nuance.summary import (
    LEAST_UTTERANCES,
    OF_RECORDING,
    Baseline,
    Feature,
    Usual,
    make_baseline,
    usual_of,
)
from models.nuance.track import Track
from models.values import Span

LEAST_OWN = 10
"""Fewer stretches in a recording do not tell its middle: the median of 10 still strays by 0.4 of their spread
(1.25 / sqrt(n)). Nothing of the recording is then judged by features that depend on it."""

LEAST_ABOVE_NOISE_DB = 15.0
"""Speech that stands out of the room's noise by less is hardly comparable: the noise fills its soft parts."""

LEAST_TILT_SHIFT_DB = 6.0
"""A voice whose energy lies that much elsewhere than in the other recordings was heard by something else: twice what
another microphone changed in simulations, and as much as loud noise."""

HARDLY_COMPARABLE = 0.5
"""What is left of the certainty of markers then."""

COMPARED = (Feature.PITCH, Feature.RANGE, Feature.RATE)
"""What is compared between interviews."""

LEAST_SHIFT: Mapping[Feature, float] = {Feature.PITCH: 1.5, Feature.RANGE: 1.5}
LEAST_SHIFT_SHARE: Mapping[Feature, float] = {Feature.RATE: 0.1}
"""Semitones ('t Hart 1981: 1.5 can be told apart), and the share of usual tempo (Quene 2007: 5 % is another one; twice
that, since the words differ too). The same reader in four recordings differs by less."""

SURE_FROM = 3.0
"""Standard errors."""


@dataclass(frozen=True, slots=True)
class Session:
    """What was measured of one person in one interview: the features of each stretch of speech, and how much it is.

    ``above_noise_db``: how far the speech stands out of what is heard where nobody speaks; None where that is unknown.
    """

    summaries: Sequence[Mapping[Feature, float]]
    speech_ms: int = 0
    above_noise_db: float | None = None

    @property
    def stretches(self) -> int:
        """How many stretches hold enough speech to be measured."""
        return sum(bool(one) for one in self.summaries)

    def values(self, feature: Feature) -> list[float]:
        """The feature of each stretch that has it."""
        return [one[feature] for one in self.summaries if feature in one]


@dataclass(frozen=True, slots=True)
class Shift:
    """How a feature of one interview differs from the person's other interviews: the medians of both.

    ``strength`` in the person's own spreads, above usual positive. ``clear`` where a listener would notice and it is
    more than chance.
    """

    here: float
    elsewhere: float
    strength: float
    clear: bool


def baseline_in(sessions: Sequence[Session], here: int) -> Baseline:
    """What is usual for the person of the ``sessions``, in the terms of the recording of ``sessions[here]``.

    Features of the recording have this recording's own middle, and the spread here or that around the middles of all,
    whichever is wider, since a room widens it too; they are left out where this recording has fewer than
    :data:`LEAST_OWN` stretches. Of one session alone it is what
    :func:`~models.nuance.summary.make_baseline` makes of it.
    """
    own = sessions[here]
    if len(sessions) == 1:
        return make_baseline(own.summaries, own.speech_ms)
    usual: dict[Feature, Usual] = {}
    for feature in Feature:
        found = _centred(sessions, here, feature) if feature in OF_RECORDING else _together(sessions, feature)
        if found is not None:
            usual[feature] = found
    return Baseline(
        utterances=sum(one.stretches for one in sessions),
        usual=usual,
        speech_ms=sum(one.speech_ms for one in sessions),
        interviews=sum(one.stretches > 0 for one in sessions),
        certainty=1.0 if is_comparable(sessions, here) else HARDLY_COMPARABLE,
    )


def _together(sessions: Sequence[Session], feature: Feature) -> Usual | None:
    values = [value for one in sessions for value in one.values(feature)]
    return usual_of(feature, values) if values else None


def _centred(sessions: Sequence[Session], here: int, feature: Feature) -> Usual | None:
    own = sessions[here].values(feature)
    if len(own) < LEAST_OWN:
        return None
    around = [
        value
        for place, one in enumerate(sessions)
        # Noise fills the soft parts of speech: what is usual in it is narrower than elsewhere.
        if (place == here or not is_noisy(one)) and len(held := one.values(feature)) >= LEAST_OWN
        for value in _around_middle(held)
    ]
    here_alone = usual_of(feature, own)
    return Usual(here_alone.median, max(here_alone.spread, usual_of(feature, around).spread))


def _around_middle(values: Sequence[float]) -> list[float]:
    middle = float(np.median(values))
    return [value - middle for value in values]


def is_noisy(session: Session) -> bool:
    """Whether the speech hardly stands out of the noise."""
    return session.above_noise_db is not None and session.above_noise_db < LEAST_ABOVE_NOISE_DB


def is_comparable(sessions: Sequence[Session], here: int) -> bool:
    """Whether the recording of ``sessions[here]`` is like those of the others: not in noise, not of another sound."""
    if is_noisy(sessions[here]):
        return False
    own = sessions[here].values(Feature.TILT)
    others = [
        float(np.median(held))
        for place, one in enumerate(sessions)
        if place != here and len(held := one.values(Feature.TILT)) >= LEAST_OWN
    ]
    if len(own) < LEAST_OWN or not others:
        return True
    return abs(float(np.median(own)) - float(np.median(others))) < LEAST_TILT_SHIFT_DB


def shifts_of(sessions: Sequence[Session], here: int) -> Mapping[Feature, Shift]:
    """How ``sessions[here]`` differs from the others in pitch, its range and tempo, as far as there is enough speech:
    :data:`LEAST_OWN` stretches here and enough for a baseline elsewhere."""
    others = [one for place, one in enumerate(sessions) if place != here]
    if sum(one.stretches for one in others) < LEAST_UTTERANCES:
        return {}
    found = {}
    for feature in COMPARED:
        own = sessions[here].values(feature)
        elsewhere = [value for one in others for value in one.values(feature)]
        if len(own) < LEAST_OWN or len(elsewhere) < LEAST_UTTERANCES:
            continue
        usual, middle = usual_of(feature, elsewhere), float(np.median(own))
        difference = middle - usual.median
        # The standard error of a median is 1.25 of that of a mean.
        error = 1.25 * usual.spread * sqrt(1 / len(own) + 1 / len(elsewhere))
        least = LEAST_SHIFT.get(feature, LEAST_SHIFT_SHARE.get(feature, 0.0) * usual.median)
        found[feature] = Shift(
            here=middle,
            elsewhere=usual.median,
            strength=round(difference / usual.spread, 2),
            clear=abs(difference) >= max(least, SURE_FROM * error),
        )
    return found


def above_noise_db(track: Track, speech: Sequence[Span], level_db: float) -> float | None:
    """How far speech of ``level_db`` stands out of the recording where nobody speaks; None where somebody always does.

    ``speech`` in order and apart. The noise is the median level outside it, a quarter of a second away from it.
    """
    silent = np.ones(len(track.level), bool)
    for span in speech:
        silent[track.rows(span.start_ms - _RINGS_ON_MS, span.end_ms + _RINGS_ON_MS)] = False
    if silent.sum() < _LEAST_SILENT_FRAMES:
        return None
    return level_db - float(np.median(track.level[silent]))


_RINGS_ON_MS = 250
_LEAST_SILENT_FRAMES = 60
