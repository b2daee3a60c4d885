"""The shapes of the API. docs/api.md describes the routes that use them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from models.values import Disfluency, DropReason, Judgement, MarkerKind, Role, Timing
from service.correcting.edits import EditKind, Scope

Ms = Annotated[int, Field(ge=0, le=2**31 - 1, description="Milliseconds from the start of the interview.")]


class Schema(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True)


class Notice(Schema):
    """Something worth knowing or mending: a stable code and a sentence."""

    code: str
    message: str


class Recording(Schema):
    """``readable``: its transcript is there, also while its redacted sound is made again."""

    id: str
    interview_id: str
    name: str | None
    title: str
    paths: list[str]
    state: Literal["queued", "processing", "done", "failed", "cancelled", "joined"]
    readable: bool
    stage: str | None
    percent: float
    eta_s: int | None
    problem: Notice | None
    notices: list[Notice]
    duration_ms: int | None
    size_bytes: int
    received_at: datetime
    finished_at: datetime | None
    released: bool
    needs: list[str]


class WaitingFile(Schema):
    path: str
    state: str
    problem: Notice | None
    message: str
    seen_at: datetime


class Recordings(Schema):
    recordings: list[Recording]
    files: list[WaitingFile]


class NewName(Schema):
    name: Annotated[str, Field(min_length=1, max_length=64)]


class Uploaded(Schema):
    path: str
    message: str


class Speaker(Schema):
    """``name`` is how a person called the voice; it never leaves the vault."""

    label: str
    name: str | None = None
    role: Role
    suggested: bool
    speech_ms: int
    words: int


class Description(Schema):
    """Who a voice is. What is not given stays; an empty name takes the name away."""

    role: Role | None = None
    name: Annotated[str, Field(max_length=80)] | None = None
    revision: int | None = None


class Provenance(Schema):
    stage: str
    model: str
    version: str
    parameters: dict[str, str]


class InterviewSummary(Schema):
    id: str
    name: str | None
    title: str
    duration_ms: int
    language: str
    released: bool
    speakers: list[Speaker]


class Interviews(Schema):
    interviews: list[InterviewSummary]


class Interview(Schema):
    id: str
    name: str | None
    title: str
    group: str | None
    role: str | None
    wave: int | None
    duration_ms: int
    language: str
    revision: int
    speakers: list[Speaker]
    notices: list[Notice]
    recording_id: str | None
    utterances: int
    words: int
    redactions: int
    released_at: datetime | None
    released_revision: int | None
    corrections: int
    names_outdated: bool
    verbatim: bool
    provenance: list[Provenance]


class Word(Schema):
    id: int
    start_ms: int
    end_ms: int
    text: str
    speaker: str
    confidence: float
    speaker_confidence: float
    redaction: int | None
    speaker_margin: float
    timing: Timing
    disfluency: Disfluency | None


class Words(Schema):
    words: list[Word]


class Utterance(Schema):
    id: int
    speaker: str
    start_ms: int
    end_ms: int
    words: list[Word]


class OnRevision(Schema):
    """Every correction says which revision of the transcript it was made on."""

    revision: int


class ChangeWords(OnRevision):
    utterance: int
    word_ids: Annotated[list[int], Field(min_length=1, max_length=500)]
    text: Annotated[str, Field(max_length=2000)]


class InsertWords(OnRevision):
    utterance: int
    after: int | None
    text: Annotated[str, Field(min_length=1, max_length=2000)]


class Split(OnRevision):
    utterance: int
    before: int


class Merge(OnRevision):
    first: int
    second: int


class GiveTo(OnRevision):
    speaker: Annotated[str, Field(max_length=16)]
    scope: Scope
    utterance: int
    word_ids: Annotated[list[int], Field(max_length=2000)] = []


class Correction(Schema):
    """``text`` says what was done; ``before`` and ``after`` are the words it was done to."""

    id: int
    at: datetime
    by: str
    kind: EditKind
    start_ms: int
    end_ms: int
    text: str
    before: str
    after: str
    undone: bool


class Corrections(Schema):
    """The newest first. Those that can be done again are the undone ones after the last that counts."""

    revision: int
    corrections: list[Correction]
    can_undo: bool
    can_redo: bool


class Corrected(Schema):
    """``utterances`` are those that changed or are new, ``removed`` the ids of those that are gone."""

    correction: Correction
    revision: int
    utterances: list[Utterance]
    removed: list[int]
    speakers: list[Speaker]
    can_undo: bool
    can_redo: bool


class DoubtfulWord(Schema):
    utterance: int
    word: Word


class DoubtfulWords(Schema):
    """In order of time."""

    words: list[DoubtfulWord]


class Dropped(Schema):
    start_ms: int
    end_ms: int
    text: str
    reason: DropReason
    confidence: float


class DroppedWords(Schema):
    """What was recognised and left out, because nobody said it."""

    dropped: list[Dropped]


class Utterances(Schema):
    """``next`` is the value of ``after`` that gives the following page, or null at the end."""

    utterances: list[Utterance]
    next: int | None


class Outline(Schema):
    ids: list[int]
    start_ms: list[int]
    end_ms: list[int]
    speaker: list[str]
    chars: list[int]


class Marker(Schema):
    id: int
    kind: MarkerKind
    subtype: str | None
    start_ms: int
    end_ms: int
    speaker: str | None
    strength: float
    confidence: float
    rules: str
    evidence: dict[str, float]
    utterance: int | None
    judged: Judgement | None = Field(default=None, description="What a person said of it.")
    text: str
    sentence: str = Field(description="What was heard, as a sentence with its numbers.")
    sureness: str


class Markers(Schema):
    markers: list[Marker]


class Instant(Schema):
    """What was being said: ``overlapping`` holds further utterances that span the same time."""

    ms: int
    utterance: Utterance | None
    overlapping: list[Utterance]
    word: Word | None
    before: Utterance | None
    after: Utterance | None
    markers: list[Marker]


class Redaction(Schema):
    id: int
    label: str
    placeholder: str
    start_ms: int
    end_ms: int
    word_ids: list[int]
    confidence: float
    detector: str


class Redactions(Schema):
    redactions: list[Redaction]


class Peaks(Schema):
    """``data`` holds ``length`` pairs of minimum and maximum, each -128..127, ``per_second`` pairs a second."""

    per_second: int
    length: int
    data: list[int]


class Moment(Schema):
    interview_id: str
    name: str | None
    title: str
    utterance_id: int
    speaker: str
    role: str
    start_ms: int
    end_ms: int
    text: str
    matches: list[tuple[int, int]]


class Moments(Schema):
    """``total`` counts all utterances that match; ``matches`` are character ranges of ``text``."""

    moments: list[Moment]
    total: int


class ReleasedInterview(Schema):
    """``coded``: everybody who coded in it is ready, somebody at least; null for coders, who are not told it."""

    name: str
    group: str
    role: str
    wave: int
    duration_ms: int
    language: str
    revision: int
    released_at: datetime
    coded: bool | None


class MaskedStretch(Schema):
    start_ms: int
    end_ms: int


class ReleasedSound(Schema):
    """Whether there is sound of a released interview, and where nothing of it is heard. It is missing for a while when
    more had to be taken out than before."""

    available: bool
    masked: list[MaskedStretch]


class TrackCurve(Schema):
    """A value a bin: the median of the rows of 16 ms in it, the least and the most; null where there is none."""

    middle: list[float | None]
    least: list[float | None]
    most: list[float | None]


class SoundScores(Schema):
    """The highest score (a logit) of a kind of sound in each bin."""

    kind: str
    scores: list[float | None]


class TrackCurves(Schema):
    """What voices did, as curves. Bin ``n`` begins at ``from_ms + n * bin_ms``.

    ``pitch`` in Hz, of voiced sound; ``level`` in dB of full scale; ``tilt`` (50-1,000 Hz against 1,000-5,000 Hz) and
    ``harmonicity`` in dB, of voiced sound; ``shimmer`` in dB, of voiced sound, nowhere in what was measured before
    shimmer was. In ``silenced`` stretches nothing is told: the sound is redacted there.
    """

    from_ms: int
    bin_ms: int
    pitch: TrackCurve
    level: TrackCurve
    tilt: TrackCurve
    harmonicity: TrackCurve
    shimmer: TrackCurve
    sounds: list[SoundScores]
    silenced: list[MaskedStretch]


class ReleasedSpeakers(Schema):
    speakers: list[Speaker]


class Coded(Schema):
    """Whether an interview is coded to the end."""

    coded: bool


class ReleasedInterviews(Schema):
    interviews: list[ReleasedInterview]


class Worker(Schema):
    name: str
    alive: bool


class Health(Schema):
    """What is needed to know whether Lytt works. Details only for those who may see them."""

    status: str
    version: str
    watched_folder: str | None
    problems: list[str]
    workers: list[Worker]
