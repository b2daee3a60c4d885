"""Every kind of marker: who finds it, what its strength is, and whether it is heard rather than read.

A new kind is a member of :class:`~models.values.MarkerKind`, a row here, and its section in docs/markers.md; tests
hold that none is without the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from models.markers.activation import find_activation
from models.markers.emphasis import find_emphasis
from models.markers.fading import find_fading
from models.markers.hesitations import find_disfluencies, find_hesitations
from models.markers.inaudible import find_inaudible
from models.markers.latency import find_latencies
from models.markers.manner import find_manners
from models.markers.material import Material
from models.markers.measures import find_loudness, find_rates
from models.markers.melody import find_melodies
from models.markers.overlaps import find_overlaps
from models.markers.pauses import find_pauses
from models.markers.shifts import find_shifts
from models.markers.turn_taking import find_backchannels, find_interruptions
from models.markers.vocal_sounds import find_vocal_sounds
from models.markers.voice_breaks import find_voice_breaks
from models.markers.voice_quality import find_voice_qualities
from models.values import Marker, MarkerKind

Finder = Callable[[Material], Iterator[Marker]]


@dataclass(frozen=True, slots=True)
class Rule:
    """What finds markers of some kinds.

    ``heard``: they come of the sound, so that a correction of words does not find them again: they stay.
    """

    kinds: tuple[MarkerKind, ...]
    find: Finder
    heard: bool = False


def find_ways_of_speaking(material: Material) -> Iterator[Marker]:
    """How loud, fast and high somebody speaks, and how much their pitch moves."""
    yield from find_manners(material)
    yield from find_melodies(material)


RULES = (
    Rule(
        (MarkerKind.PAUSE,),
        lambda one: find_pauses(one.utterances, one.speech, one.turns, one.pause_ms, one.seams_ms),
    ),
    Rule((MarkerKind.INAUDIBLE,), lambda one: find_inaudible(one.utterances, one.speech, one.turns)),
    Rule((MarkerKind.OVERLAP,), lambda one: find_overlaps(one.turns, one.at_once), heard=True),
    Rule((MarkerKind.RATE,), lambda one: find_rates(one.utterances, one.speech)),
    Rule((MarkerKind.LOUDNESS,), lambda one: find_loudness(one.utterances, one.speech, one.levels)),
    Rule((MarkerKind.DISFLUENCY,), lambda one: find_disfluencies(one.utterances)),
    Rule((MarkerKind.HESITATION,), lambda one: find_hesitations(one.utterances)),
    Rule((MarkerKind.INTERRUPTION,), find_interruptions),
    Rule((MarkerKind.BACKCHANNEL,), find_backchannels),
    Rule((MarkerKind.LATENCY,), find_latencies),
    Rule(
        (MarkerKind.LAUGHTER, MarkerKind.CRYING, MarkerKind.BREATH, MarkerKind.COUGH),
        find_vocal_sounds,
        heard=True,
    ),
    Rule((MarkerKind.VOLUME, MarkerKind.TEMPO, MarkerKind.PITCH), find_ways_of_speaking, heard=True),
    Rule((MarkerKind.VOICE,), find_voice_qualities, heard=True),
    Rule((MarkerKind.VOICE_BREAK,), find_voice_breaks, heard=True),
    Rule((MarkerKind.EMPHASIS,), find_emphasis, heard=True),
    Rule((MarkerKind.FADING,), find_fading, heard=True),
    Rule((MarkerKind.ACTIVATION,), find_activation, heard=True),
    Rule((MarkerKind.SHIFT,), find_shifts, heard=True),
)
"""Fillers are found by :mod:`models.fillers`, in the sound between the words; the dimensions of an operator's own model
by :mod:`models.dimensions`."""

HEARD_KINDS = frozenset(
    [MarkerKind.FILLER, MarkerKind.DIMENSIONS, *(kind for rule in RULES if rule.heard for kind in rule.kinds)]
)
"""Kinds that come of the sound."""

AGAINST_BASELINE = frozenset(
    [
        MarkerKind.VOLUME,
        MarkerKind.TEMPO,
        MarkerKind.PITCH,
        MarkerKind.VOICE,
        MarkerKind.EMPHASIS,
        MarkerKind.FADING,
        MarkerKind.ACTIVATION,
        MarkerKind.SHIFT,
    ]
)
"""Kinds that say something of one speaker alone: of another's words they would be wrong."""

TELLS_OF_WORDS = frozenset(
    [
        MarkerKind.TEMPO,
        MarkerKind.DISFLUENCY,
        MarkerKind.EMPHASIS,
        MarkerKind.VOICE_BREAK,
        MarkerKind.ACTIVATION,
    ]
)
"""Kinds that say something of the words they stand at: how long they are, that one was said twice, how it was said."""

STRENGTHS: Mapping[MarkerKind, str] = {
    MarkerKind.PAUSE: "seconds",
    MarkerKind.RATE: "words a second, pauses left out",
    MarkerKind.LOUDNESS: "dB above (+) or below (-) the speaker's median",
    MarkerKind.INAUDIBLE: "seconds",
    MarkerKind.FILLER: "seconds",
    MarkerKind.OVERLAP: "seconds",
    MarkerKind.LAUGHTER: "seconds",
    MarkerKind.CRYING: "seconds",
    MarkerKind.BREATH: "seconds",
    MarkerKind.COUGH: "seconds",
    MarkerKind.VOLUME: "the speaker's own spreads from usual",
    MarkerKind.TEMPO: "the speaker's own spreads from usual",
    MarkerKind.PITCH: "the speaker's own spreads from usual",
    MarkerKind.VOICE: "the speaker's own spreads from usual",
    MarkerKind.DISFLUENCY: "words",
    MarkerKind.HESITATION: "signs",
    MarkerKind.INTERRUPTION: "seconds both speak",
    MarkerKind.BACKCHANNEL: "seconds",
    MarkerKind.DIMENSIONS: "the first dimension of the model, 0 to 1",
    MarkerKind.EMPHASIS: "the speaker's own spreads above the words beside it",
    MarkerKind.FADING: "the speaker's own spreads beyond their usual fall",
    MarkerKind.VOICE_BREAK: "semitones of a jump, seconds of a loss",
    MarkerKind.LATENCY: "seconds, negative where the answer begins before the question has ended",
    MarkerKind.ACTIVATION: "the speaker's own spreads from usual",
    MarkerKind.SHIFT: "the speaker's own spreads, after against before",
}
"""The unit of each kind's strength."""
