"""What markers are found in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from models.loudness import Levels
from models.markers.stretches import Stretch, baselines_of, cut_stretches, measured
from models.nuance.summary import Baseline
from models.nuance.track import Track
from models.values import Span, Turn, Utterance, VoicesAtOnce


@dataclass(frozen=True)
class Material:
    """A recording as its markers need it. ``speech`` is in order and joined; ``turns`` keep overlaps.

    At ``seams_ms`` one file ends and the next begins. ``track`` is None where only words and turns are known, and
    ``at_once`` where overlaps were not heard as such. ``given`` baselines are those of the speakers from elsewhere,
    such as their earlier interviews: without them what is usual for a speaker is taken from this recording.
    """

    utterances: Sequence[Utterance]
    speech: Sequence[Span]
    turns: Sequence[Turn]
    levels: Levels
    pause_ms: int
    seams_ms: Sequence[int] = ()
    track: Track | None = None
    at_once: Sequence[VoicesAtOnce] | None = None
    given: Mapping[str, Baseline] | None = None

    @cached_property
    def stretches(self) -> tuple[Stretch, ...]:
        """The measured stretches of all utterances; none without a track."""
        if self.track is None:
            return ()
        return measured(self.track, cut_stretches(self.utterances), self.speech, self.turns)

    @cached_property
    def baselines(self) -> Mapping[str, Baseline]:
        """What is usual for each speaker."""
        return self.given if self.given is not None else baselines_of(self.stretches)
