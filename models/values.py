"""The plain values that travel between stages.

Times are integer milliseconds from the start of the interview (``*_ms``). Every value is a frozen
dataclass of plain fields, so that each can be written as JSON and read back unchanged
(:mod:`models.codec`), and the same inputs give the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

TRANSCRIPT_FORMAT = 1
"""Version of the transcript document; see docs/format.md for its invariants."""

SAMPLE_RATE = 16_000
"""Hz of the canonical samples every model hears."""

Progress = Callable[[int], None]
"""Called with the audio time reached so far, in ms from the start of the stretch being worked on."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time: ``start_ms`` inclusive, ``end_ms`` exclusive."""

    start_ms: int
    end_ms: int

    @property
    def length_ms(self) -> int:
        return self.end_ms - self.start_ms


@dataclass(frozen=True, slots=True)
class Expected:
    """What a recording should hold: ``language`` (ISO 639-1), None to tell it; ``speakers``, None to estimate it."""

    language: str | None
    speakers: int | None


@dataclass(frozen=True, slots=True)
class AudioInfo:
    """What a container says of its first audio stream. ``duration_ms`` is None when it does not say.

    ``recorded_on`` is the day the recorder wrote into the file, if it did; its clock may have been wrong.
    """

    container: str
    codec: str
    sample_rate: int
    channels: int
    duration_ms: int | None
    recorded_on: date | None = None


@dataclass(frozen=True, slots=True)
class DecodedAudio:
    """The canonical samples of a recording and what is played and drawn of it.

    File names are relative to the folder given to the decoder: ``samples`` is 16 kHz 16-bit PCM WAV
    (RF64 above 4 GiB) with one channel, or two when ``separate_channels`` holds (one speaker each);
    ``listening`` is Opus in Ogg; ``peaks`` is int8 pairs (min, max), ``PEAKS_PER_SECOND`` a second. ``part_starts_ms``
    says where each file of the interview begins.
    """

    samples: str
    listening: str
    peaks: str
    duration_ms: int
    channels: int
    separate_channels: bool
    notices: tuple[str, ...] = ()
    part_starts_ms: tuple[int, ...] = (0,)


class Timing(StrEnum):
    """What gave a word its times, from the most to the least exact; docs/format.md gives the measured errors."""

    POCKETSPHINX = "pocketsphinx"
    CTC = "ctc"
    RECOGNISER = "recogniser"
    SPREAD = "spread"


@dataclass(frozen=True, slots=True)
class RecognisedWord:
    """One word as the recogniser gave it. ``text`` carries its punctuation and no surrounding space."""

    start_ms: int
    end_ms: int
    text: str
    confidence: float
    timing: Timing = Timing.RECOGNISER


class DropReason(StrEnum):
    """Why recognised words were left out of the transcript."""

    LOOP = "loop"
    NO_SPEECH = "no_speech"
    IMPROBABLE = "improbable"


@dataclass(frozen=True, slots=True)
class Dropped:
    """Words that were recognised and left out, because nobody said them. Never leaves the vault."""

    start_ms: int
    end_ms: int
    text: str
    reason: DropReason
    confidence: float


@dataclass(frozen=True, slots=True)
class RecognisedChunk:
    """The words of one chunk, in interview time, and the language they were recognised in."""

    span: Span
    language: str
    language_confidence: float
    words: tuple[RecognisedWord, ...]
    channel: int | None = None
    dropped: tuple[Dropped, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """One speaker's uninterrupted stretch of speech. Turns of two speakers may overlap."""

    start_ms: int
    end_ms: int
    speaker: str


@dataclass(frozen=True, slots=True)
class VoiceMargin:
    """How clearly a stretch sounds like its speaker: 1 like nobody else, 0 as much like another."""

    start_ms: int
    end_ms: int
    margin: float


@dataclass(frozen=True, slots=True)
class VoicesAtOnce:
    """A stretch in which two people are heard at once; ``score`` (0 to 1) is how surely, at its surest moment."""

    start_ms: int
    end_ms: int
    score: float


@dataclass(frozen=True, slots=True)
class Diarization:
    """Who spoke when. ``turns`` keep overlaps; ``exclusive`` gives every instant to one speaker at most.

    ``margins``, in order and apart from one another, are of the stretches that were heard once more. ``at_once`` are
    the overlaps that were heard as such, whether or not it was told whose they are; None where only turns are known.
    """

    turns: tuple[Turn, ...]
    exclusive: tuple[Turn, ...]
    margins: tuple[VoiceMargin, ...] = ()
    at_once: tuple[VoicesAtOnce, ...] | None = None


@dataclass(frozen=True, slots=True)
class LanguageFound:
    """The language a recording is written down in (ISO 639-1; empty when nobody speaks), and how sure that is.

    ``unexpected`` when it sounds like another one than the settings say.
    """

    language: str
    confidence: float
    unexpected: bool = False


class Disfluency(StrEnum):
    """What makes a word part of speaking rather than of the sentence; clean reading leaves such words out."""

    FILLER = "filler"
    REPETITION = "repetition"
    FALSE_START = "false_start"
    CUT_OFF = "cut_off"


@dataclass(frozen=True, slots=True)
class Word:
    """One spoken token. ``id`` is stable: codings, markers and redactions point at it.

    ``speaker_confidence`` is the share of the word's time that its speaker holds in the diarization;
    ``speaker_margin`` (0 to 1) says how clearly it is this speaker and no other: 0 is a coin's toss.
    ``redaction`` is the id of the redaction whose placeholder this word is, or None for a word that was spoken.
    """

    id: int
    start_ms: int
    end_ms: int
    text: str
    speaker: str
    confidence: float
    speaker_confidence: float
    redaction: int | None = None
    speaker_margin: float = 1.0
    timing: Timing = Timing.RECOGNISER
    disfluency: Disfluency | None = None


@dataclass(frozen=True, slots=True)
class Utterance:
    """Words of one speaker between pauses or turn changes: the unit people read and cite."""

    id: int
    speaker: str
    start_ms: int
    end_ms: int
    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)


class MarkerKind(StrEnum):
    """The kinds of marker; docs/markers.md defines each."""

    PAUSE = "pause"
    RATE = "rate"
    LOUDNESS = "loudness"
    INAUDIBLE = "inaudible"
    FILLER = "filler"
    OVERLAP = "overlap"
    LAUGHTER = "laughter"
    CRYING = "crying"
    BREATH = "breath"
    COUGH = "cough"
    VOLUME = "volume"
    TEMPO = "tempo"
    PITCH = "pitch"
    VOICE = "voice"
    DISFLUENCY = "disfluency"
    HESITATION = "hesitation"
    INTERRUPTION = "interruption"
    BACKCHANNEL = "backchannel"
    DIMENSIONS = "dimensions"
    EMPHASIS = "emphasis"
    FADING = "fading"
    VOICE_BREAK = "voice_break"
    LATENCY = "latency"
    ACTIVATION = "activation"
    SHIFT = "shift"


class Judgement(StrEnum):
    """What a person said of a marker: that it is so, that it is not, or that there is one that nobody marked."""

    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Marker:
    """A nuance heard at a time. Never a diagnosis.

    ``subtype`` refines the kind (``within_turn``, ``between_turns``); ``strength`` is in the unit the
    kind's definition states; ``evidence`` holds the named numbers behind it; ``rules`` is the
    version of the rules that made it. ``judged`` is what a person said of it, None where nobody did; one that
    somebody rejected is no marker any more.
    """

    kind: MarkerKind
    start_ms: int
    end_ms: int
    speaker: str | None
    strength: float
    confidence: float
    rules: str
    subtype: str | None = None
    utterance: int | None = None
    evidence: Mapping[str, float] = field(default_factory=dict)
    judged: Judgement | None = None


class Role(StrEnum):
    """What a speaker is in the interview, before the protocol names finer roles."""

    INTERVIEWER = "interviewer"
    PARTICIPANT = "participant"
    OTHER = "other"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Speaker:
    """A voice of one interview. ``role`` is a suggestion while ``suggested`` holds."""

    label: str
    role: Role
    suggested: bool
    speech_ms: int
    words: int


@dataclass(frozen=True, slots=True)
class Voiceprint:
    """What a voice sounds like: a vector of length 1, made from ``speech_ms`` of the speaker's own speech.

    Only vectors of the same ``model`` (its name and version) can be compared. It identifies a person: it belongs in
    the vault, where consent allows it at all.
    """

    label: str
    speech_ms: int
    vector: tuple[float, ...]
    model: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """What made a stage's result: the model and its version, the rules, the parameters."""

    stage: str
    model: str
    version: str
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Transcript:
    """One interview as it was spoken, or its anonymised version: same shape, same word ids."""

    format: int
    duration_ms: int
    language: str
    speakers: tuple[Speaker, ...]
    utterances: tuple[Utterance, ...]
    turns: tuple[Turn, ...]
    markers: tuple[Marker, ...]
    speech: tuple[Span, ...]
    notices: tuple[str, ...]
    provenance: tuple[Provenance, ...]
    dropped: tuple[Dropped, ...] = ()


@dataclass(frozen=True, slots=True)
class Redaction:
    """An entity mention replaced in the text: the words it covers and the placeholder that stands for them.

    ``label`` is the entity type (:class:`models.anonymisation.mentions.Label`), such as ``NAME``;
    ``placeholder`` is typed and numbered by identity within the interview, such as ``[NAME-1]``. ``identity`` are the
    bare words of whom or what it speaks of, the fullest of them; ``detectors`` are all that found it, ``detector`` the
    one whose label it has. ``rarity`` is how rare its rarest word is, 0 to 1.
    """

    id: int
    label: str
    placeholder: str
    start_ms: int
    end_ms: int
    word_ids: tuple[int, ...]
    confidence: float
    detector: str
    identity: tuple[str, ...] = ()
    detectors: tuple[str, ...] = ()
    rarity: float = 1.0


@dataclass(frozen=True, slots=True)
class SecondLook:
    """A word that a person should look at wherever it is not redacted: as it is first written, and as compared.

    ``reasons`` say why (:class:`models.anonymisation.second_look.Reason`); ``word_ids`` are all places where it is
    said, redacted or not; ``rarity`` is 0 to 1.
    """

    text: str
    form: str
    reasons: tuple[str, ...]
    word_ids: tuple[int, ...]
    rarity: float


@dataclass(frozen=True, slots=True)
class Anonymisation:
    """The redactions found in one transcript, what found them, and what to look at besides (None: nobody looked)."""

    redactions: tuple[Redaction, ...]
    provenance: Provenance
    second_look: tuple[SecondLook, ...] | None = None
