"""Who gives way: interruptions, and the small words of somebody who listens."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from models.intervals import overlap_ms
from models.markers.material import Material
from models.markers.rules import RULES_VERSION
from models.values import Marker, MarkerKind, Turn

# Yngve 1970: back channel. Ward & Tsukahara 2000 count what is shorter than a second and takes no turn.
BACKCHANNEL_MS = 1_000
# Shorter turns are what edges stray by, and no syllable.
_LEAST_SAID_MS = 200
# Who begins before the other has ended, and goes on when that one has stopped, has taken the floor. Ends that overlap
# by less are how turns change (Heldner & Edlund 2010).
_CUT_IN_MS = 300
_WENT_ON_MS = 1_000
# The other had said something, and was not about to stop by themselves.
_HELD_MS = 1_500


def find_interruptions(material: Material) -> Iterator[Marker]:
    """Somebody begins while another speaks, and that one stops.

    The marker is of who cut in. Strength: seconds both speak.
    """
    turns = sorted(material.turns, key=lambda one: (one.start_ms, one.end_ms))
    for held, cut in _pairs(turns):
        shared = held.end_ms - cut.start_ms
        if (
            shared >= _CUT_IN_MS
            and cut.start_ms - held.start_ms >= _HELD_MS
            and cut.end_ms - held.end_ms >= _WENT_ON_MS
        ):
            yield Marker(
                kind=MarkerKind.INTERRUPTION,
                start_ms=cut.start_ms,
                end_ms=held.end_ms,
                speaker=cut.speaker,
                strength=round(shared / 1000, 3),
                # Edges of turns stray by a quarter of a second.
                confidence=round(min(0.8, 0.4 + shared / 2_500), 3),
                rules=RULES_VERSION,
                utterance=_utterance_of(material, cut),
                evidence={"shared_ms": float(shared), "went_on_ms": float(cut.end_ms - held.end_ms)},
            )


def find_backchannels(material: Material) -> Iterator[Marker]:
    """Somebody says a word or so while another keeps the floor. Strength: seconds."""
    turns = sorted(material.turns, key=lambda one: (one.start_ms, one.end_ms))
    for held, said in _pairs(turns):
        length = said.end_ms - said.start_ms
        if (
            said.end_ms <= held.end_ms
            and _LEAST_SAID_MS <= length <= BACKCHANNEL_MS
            and length * 2 < held.end_ms - held.start_ms
        ):
            yield Marker(
                kind=MarkerKind.BACKCHANNEL,
                start_ms=said.start_ms,
                end_ms=said.end_ms,
                speaker=said.speaker,
                strength=round(length / 1000, 3),
                confidence=0.5,
                rules=RULES_VERSION,
                utterance=_utterance_of(material, said),
                evidence={"length_ms": float(length)},
            )


def _pairs(turns: Sequence[Turn]) -> Iterator[tuple[Turn, Turn]]:
    """Each turn with each later one of another speaker that begins within it."""
    for place, held in enumerate(turns):
        for later in turns[place + 1 :]:
            if later.start_ms >= held.end_ms:
                break
            if later.speaker != held.speaker and later.start_ms > held.start_ms:
                yield held, later


def _utterance_of(material: Material, turn: Turn) -> int | None:
    """The speaker's utterance that shares most with the turn."""
    own = [one for one in material.utterances if one.speaker == turn.speaker]
    best = max(
        own, key=lambda one: overlap_ms(one.start_ms, one.end_ms, turn.start_ms, turn.end_ms), default=None
    )
    if best is None or not overlap_ms(best.start_ms, best.end_ms, turn.start_ms, turn.end_ms):
        return None
    return best.id
