"""How each kind of marker is written in each notation: one table.

Jefferson: G. Jefferson, "Glossary of transcript symbols with an introduction", in Lerner (ed.), Conversation Analysis,
2004; creaky voice and whispering from A. Hepburn and G. Bolden, "The conversation analytic approach to transcription",
in Sidnell and Stivers (eds.), The Handbook of Conversation Analysis, 2013. GAT 2: M. Selting et al., "A system for
transcribing talk-in-interaction: GAT 2", Gesprächsforschung 12, 2011, its minimal transcript.

A new kind gets a row in each notation, or a place in :data:`LEFT_OUT`; a test holds that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from models.values import Marker, MarkerKind
from service.wording import marker_text


class Notation(StrEnum):
    """The notations that a transcript can be written in."""

    PLAIN = "plain"
    JEFFERSON = "jefferson"
    GAT2 = "gat2"


DEFAULT = Notation.PLAIN


@dataclass(frozen=True, slots=True)
class Alone:
    """A sign that stands by itself where the marker was heard. ``shown`` is what it looks like in a legend."""

    write: Callable[[Marker], str]
    shown: str
    means: str


@dataclass(frozen=True, slots=True)
class Around:
    """Signs before the first and after the last word of a marker; ``capitals``: its words are written in capitals."""

    opens: str
    closes: str
    means: str
    capitals: bool = False

    @property
    def shown(self) -> str:
        return f"{self.opens}{'WORD' if self.capitals else 'word'}{self.closes}"


Sign = Alone | Around
Row = Mapping[str | None, Sign]
"""Signs by subtype; that of None is for all others."""


def _always(sign: str, means: str) -> Alone:
    return Alone(lambda _: sign, sign, means)


def _seconds(marker: Marker) -> float:
    return (marker.end_ms - marker.start_ms) / 1000


def _plain_pause(marker: Marker) -> str:
    return f"({_seconds(marker):.1f} s)"


def _jefferson_pause(marker: Marker) -> str:
    seconds = _seconds(marker)
    return f"({seconds:.1f})" if seconds >= LEAST_TIMED_S else "(.)"


LEAST_TIMED_S = 0.2
"""Shorter ones are written as a point in brackets: a tenth of a second is as little as can be told (Jefferson 2004)."""

_ESTIMATED = ((0.2, "(.)"), (0.5, "(-)"), (0.8, "(--)"), (1.0, "(---)"))
"""GAT 2 writes pauses below a second by classes, each up to so many seconds."""


def _gat_pause(marker: Marker) -> str:
    seconds = _seconds(marker)
    return next((sign for below, sign in _ESTIMATED if seconds < below), f"({seconds:.1f})")


def _gat_unintelligible(marker: Marker) -> str:
    return f"((unintelligible, ca. {_seconds(marker):.1f} sec))"


_JEFFERSON_PAUSE = Alone(
    _jefferson_pause, "(0.7) (.)", "silence in seconds; (.) one of less than two tenths of a second"
)
_GAT_PAUSE = Alone(
    _gat_pause,
    "(1.3) (.) (-) (--) (---)",
    "silence in seconds; below one second in steps: up to 0.2, 0.5, 0.8 and 1 s",
)
_OVERLAP = Around("[", "]", "two speak at once")

SIGNS: Mapping[Notation, Mapping[MarkerKind, Row]] = {
    Notation.PLAIN: {
        MarkerKind.PAUSE: {None: Alone(_plain_pause, "(2.3 s)", "silence in seconds")},
        MarkerKind.INAUDIBLE: {
            None: _always("[inaudible]", "speech in which no word could be made out"),
        },
        MarkerKind.FILLER: {None: _always("[filler]", "a filler sound such as uh")},
        MarkerKind.LAUGHTER: {None: _always("(laughs)", "laughter")},
        MarkerKind.BREATH: {None: _always("(breathes)", "an audible breath or sigh")},
        MarkerKind.COUGH: {None: _always("(coughs)", "a cough or throat clearing")},
    },
    Notation.JEFFERSON: {
        MarkerKind.PAUSE: {None: _JEFFERSON_PAUSE},
        MarkerKind.INAUDIBLE: {None: _always("(     )", "speech in which no word could be made out")},
        MarkerKind.FILLER: {
            None: _always("uh", "a filler sound, as the transcript has no other word for it")
        },
        MarkerKind.OVERLAP: {None: _OVERLAP},
        MarkerKind.LAUGHTER: {
            None: _always("((laughs))", "laughter"),
            "over_words": _always("((laughing))", "laughter over the words that follow"),
        },
        MarkerKind.BREATH: {
            None: _always("((breathes))", "an audible breath or sigh; whether in or out is not told"),
        },
        MarkerKind.COUGH: {None: _always("((coughs))", "a cough or throat clearing")},
        MarkerKind.VOLUME: {
            "raised": Around("", "", "louder than this speaker's usual", capitals=True),
            "lowered": Around("°", "°", "softer than this speaker's usual"),
        },
        MarkerKind.TEMPO: {
            "faster": Around(">", "<", "faster than this speaker's usual"),
            "slower": Around("<", ">", "slower than this speaker's usual"),
        },
        MarkerKind.PITCH: {
            "higher": Around("↑", "", "higher than this speaker's usual from here on"),
            "lower": Around("↓", "", "lower than this speaker's usual from here on"),
            "monotone": Around("((monotone)) ", "", "the pitch hardly moves in the words that follow"),
            "lively": Around("((lively)) ", "", "the pitch moves much in the words that follow"),
        },
        MarkerKind.EMPHASIS: {None: Around("_", "_", "emphasised; underlined in print")},
        MarkerKind.FADING: {None: Around("((fading)) ", "", "the voice dies away in the words that follow")},
        MarkerKind.VOICE: {
            "whisper": Around("°°", "°°", "whispered"),
            "creak": Around("#", "#", "creaky voice"),
            "falsetto": Around("((falsetto)) ", "", "falsetto in the words that follow"),
        },
    },
    Notation.GAT2: {
        MarkerKind.PAUSE: {None: _GAT_PAUSE},
        MarkerKind.INAUDIBLE: {
            None: Alone(
                _gat_unintelligible,
                "((unintelligible, ca. 1.2 sec))",
                "speech in which no word could be made out",
            ),
        },
        MarkerKind.FILLER: {
            None: _always("uh", "a filler sound, as the transcript has no other word for it")
        },
        MarkerKind.OVERLAP: {None: _OVERLAP},
        MarkerKind.LAUGHTER: {
            None: _always("((laughs))", "laughter"),
            "over_words": Around("<<laughing> ", ">", "laughter over these words"),
        },
        MarkerKind.BREATH: {
            None: _always("((breathes))", "an audible breath or sigh; whether in or out is not told"),
        },
        MarkerKind.COUGH: {
            None: _always("((coughs))", "a cough or throat clearing"),
            "over_words": Around("<<coughing> ", ">", "a cough over these words"),
        },
    },
}

_SAID_BY_THE_WORDS = {
    MarkerKind.RATE: "a number of every utterance: a table says it better",
    MarkerKind.LOUDNESS: "a number of every utterance: a table says it better",
    MarkerKind.CRYING: "a candidate until a person says so",
    MarkerKind.DISFLUENCY: "the words themselves are written down",
    MarkerKind.HESITATION: "its silences and words are written down",
    MarkerKind.INTERRUPTION: "the overlap and the words show it",
    MarkerKind.BACKCHANNEL: "its words are written down",
    MarkerKind.DIMENSIONS: "a model's numbers, and nothing that is heard",
    MarkerKind.LATENCY: "the silence before the answer is written",
    MarkerKind.ACTIVATION: "a number of every stretch: a curve says it better",
    MarkerKind.SHIFT: "a change over minutes, and of no word",
    MarkerKind.VOICE_BREAK: "found too unsurely for a sign within a word",
}
_HOW_WORDS_ARE_SPOKEN = (
    MarkerKind.VOLUME,
    MarkerKind.TEMPO,
    MarkerKind.PITCH,
    MarkerKind.VOICE,
    MarkerKind.EMPHASIS,
    MarkerKind.FADING,
)
_BESIDE_THE_WORDS = "how words are spoken stands beside plain words, in the list of markers"
_NOT_MINIMAL = "a minimal transcript has no sign for how words are spoken"

LEFT_OUT: Mapping[Notation, Mapping[MarkerKind, str]] = {
    Notation.PLAIN: _SAID_BY_THE_WORDS
    | dict.fromkeys(
        (MarkerKind.OVERLAP, *_HOW_WORDS_ARE_SPOKEN),
        _BESIDE_THE_WORDS,
    ),
    Notation.JEFFERSON: _SAID_BY_THE_WORDS,
    Notation.GAT2: _SAID_BY_THE_WORDS | dict.fromkeys(_HOW_WORDS_ARE_SPOKEN, _NOT_MINIMAL),
}
"""The kinds that a notation does not write, and why."""


def sign_of(marker: Marker, notation: Notation) -> Sign | None:
    """How the marker is written, or None when the notation leaves its kind out.

    A kind or subtype without a row stands in plain words in the brackets that the notation has for descriptions.
    """
    if marker.kind in LEFT_OUT[notation]:
        return None
    row = SIGNS[notation].get(marker.kind, {})
    found = row.get(marker.subtype) or row.get(None)
    if found is not None:
        return found
    opens, closes = ("(", ")") if notation is Notation.PLAIN else ("((", "))")
    return Alone(
        lambda one: f"{opens}{marker_text(one)}{closes}",
        f"{opens}…{closes}",
        "what was heard, in plain words",
    )


WITH_SHORT_PAUSES = frozenset([Notation.JEFFERSON, Notation.GAT2])
"""The notations that write silences between words that are too short for a marker."""

_WRITTEN_WORDS: Mapping[Notation, Callable[[str], str]] = {
    # Capitals are for accents, points and commas for how a phrase ends: the recogniser's are of grammar.
    Notation.GAT2: lambda text: text.lower().strip('.,;:!?…"“”«»') or text.lower(),
}


def word_as_written(text: str, notation: Notation) -> str:
    """A spoken word in the spelling of the notation."""
    write = _WRITTEN_WORDS.get(notation)
    return write(text) if write else text
