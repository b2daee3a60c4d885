"""The shapes of the study's routes: the protocol, the board, participants over time."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from service.api.schemas import Notice, Schema
from service.study.board import CellState


class StudyFinding(Schema):
    """Why study.toml, as it is now, is not in force; ``line`` counts from 1, null when it is about the whole file."""

    line: int | None
    key: str
    message: str


class StudyRole(Schema):
    code: str
    name: str
    pronoun: str
    waves: list[int]


class Study(Schema):
    """The protocol in force. ``title`` is null while there is none; ``file`` is where it is looked for.

    ``version`` is another one after every edit that applies, so that a page knows when to read the board again.
    """

    title: str | None
    version: str | None
    file: str | None
    findings: list[StudyFinding]
    roles: list[StudyRole]
    groups: list[str]
    interviewers: list[str]


class Column(Schema):
    """One expected interview of a role."""

    role: str
    role_name: str
    wave: int
    kind: str
    minutes: int | None
    guide: str | None


class BoardRecording(Schema):
    """A file of an interview, which begins at ``offset_ms`` of it. ``joined``: worked on with the first one."""

    id: str
    state: Literal["queued", "processing", "done", "failed", "cancelled", "joined"]
    stage: str | None
    percent: float
    eta_s: int | None
    offset_ms: int
    duration_ms: int | None


class Cell(Schema):
    """One expected interview of one participant, and what there is of it.

    ``covers`` are the names of all expected interviews that the same interview covers; ``days_since_previous`` the
    distance from the participant's last interview before it; ``asked`` of ``questions`` of the guide were asked, null
    while it was not searched.
    """

    name: str
    wave: int
    state: CellState
    interview_id: str | None
    covers: list[str]
    recordings: list[BoardRecording]
    duration_ms: int | None
    held_on: date | None
    interviewer: str | None
    days_since_previous: int | None
    asked: int | None
    questions: int | None
    warnings: list[Notice]


class BoardParticipant(Schema):
    id: str
    role: str
    left_on: date | None
    withdrawn_on: date | None


class BoardRow(Schema):
    """A group; ``cells`` stand under the board's columns, null where nothing is expected of the group."""

    group: str
    participants: list[BoardParticipant]
    cells: list[Cell | None]


class TrayInterview(Schema):
    """An interview without a place."""

    interview_id: str
    title: str
    recordings: list[BoardRecording]
    duration_ms: int | None
    held_on: date | None
    notices: list[Notice]


class Board(Schema):
    columns: list[Column]
    rows: list[BoardRow]
    tray: list[TrayInterview]
    counts: dict[CellState, int]


class NewPlace(Schema):
    """A place for an interview. With ``also`` it covers this expected interview beside those it covers already.

    With ``part`` its recordings become further files of the interview that has the place.
    """

    name: Annotated[str, Field(min_length=1, max_length=64)]
    also: bool = False
    part: bool = False


class FileOrder(Schema):
    """The files of an interview, by the ids of their recordings, in the order they were recorded."""

    recordings: Annotated[list[str], Field(min_length=1, max_length=100)]


class InterviewFacts(Schema):
    """When and by whom the interview was held. What is left out stays as it is; null takes it away."""

    held_on: date | None = None
    interviewer: Annotated[str | None, Field(max_length=32)] = None


class InterviewPlace(Schema):
    """Where an interview stands in the study."""

    interview_id: str
    name: str | None
    covers: list[str]
    held_on: date | None
    held_on_source: str | None
    interviewer: str | None
    recordings: list[BoardRecording]


class MarkerRate(Schema):
    kind: str
    per_minute: float


class WaveOfParticipant(Schema):
    """One expected interview on a participant's line.

    ``speech_ms`` is how long the participant spoke; null while roles are unknown or there is no transcript.
    """

    name: str
    wave: int
    kind: str
    state: CellState
    interview_id: str | None
    held_on: date | None
    days_since_previous: int | None
    duration_ms: int | None
    speech_ms: int | None
    words: int | None
    markers: list[MarkerRate]
    warnings: list[Notice]


class ParticipantLine(Schema):
    """A participant's interviews in order of waves."""

    id: str
    group: str
    role: str
    role_name: str
    language: str
    left_on: date | None
    withdrawn_on: date | None
    waves: list[WaveOfParticipant]
    others: list[str]


class VoiceSuggestion(Schema):
    """Who a voice may be. ``person`` is null when it is like nobody known; ``confirmed`` when a person said it."""

    label: str
    person: str | None
    confirmed: bool
    score: float | None
    decision: Literal["same", "different", "unclear"]
    reason: str
    speech_ms: int | None


class VoiceMismatch(Schema):
    """The recording is filed under one participant and sounds like another."""

    label: str | None
    sounds_like: str | None
    score: float
    message: str


class Voices(Schema):
    """The voices of an interview. ``why_not`` says why they are not compared, where they are not.

    ``people`` are those a voice may be confirmed as: the participants of the group first, then the interviewers.
    """

    voices: list[VoiceSuggestion]
    mismatches: list[VoiceMismatch]
    people: list[str]
    why_not: str | None


class VoicePerson(Schema):
    """Whose voice it is: a participant or an interviewer of the protocol; null takes it back."""

    person: Annotated[str | None, Field(max_length=64)]


class AskedPlace(Schema):
    """Where a question was asked. ``score`` is null where a person pointed to it."""

    number: int
    utterance: int
    start_ms: int
    end_ms: int
    score: float | None
    state: Literal["suggested", "confirmed", "rejected"]
    text: str
    answer_ms: int


class GuideQuestion(Schema):
    """A question of the guide; ``asked`` when a place of it is not rejected."""

    key: str
    guide: str
    text: str
    also: list[str]
    asked: bool
    places: list[AskedPlace]


class GuideProblem(Schema):
    """A guide that can't be read, and why."""

    guide: str
    findings: list[StudyFinding]


class GuideCoverage(Schema):
    """The guide of an interview, question by question.

    ``searched`` is false while nobody has looked, ``outdated`` when guide, words or roles changed since;
    ``asker_known`` is false while no voice is known to be the interviewer's, so that everybody's words were searched;
    ``language_known`` is false when the text model does not know the interview's language and can't search.
    """

    questions: list[GuideQuestion]
    problems: list[GuideProblem]
    searched: bool
    outdated: bool
    asker_known: bool
    language_known: bool


class NewAskedPlace(Schema):
    """Where a person says that a question was asked."""

    question: Annotated[str, Field(min_length=1, max_length=128)]
    utterance: Annotated[int, Field(ge=0, le=2**31 - 1)]


class JudgedPlace(Schema):
    """What a person says of a place; ``suggested`` takes it back."""

    state: Literal["suggested", "confirmed", "rejected"]


class OpenQuestion(Schema):
    """A question that was left open; ``interview_id`` is where it was to be asked."""

    key: str
    text: str
    wave: int
    interview: str
    interview_id: str


class OpenQuestions(Schema):
    """What was left open in the interviews of a participant that were searched, and which were not searched yet."""

    participant: str
    open: list[OpenQuestion]
    not_searched: list[str]


class UsualFeature(Schema):
    """What is usual for a person: `pitch_semitones` (above 27.5 Hz), `pitch_range_semitones`, `letters_a_second`."""

    feature: str
    median: float
    spread: float


class SpokenShift(Schema):
    """How a feature of one interview differs from the person's others: both medians, the difference in the person's own
    spreads, and whether it is ``clear``: more than chance, and enough to be noticed."""

    feature: str
    here: float
    elsewhere: float
    strength: float
    clear: bool


class SpokenInterview(Schema):
    """How much of a person's speech an interview holds, and how it differs from the others, in numbers and in words.

    ``comparable`` is false where it was recorded in noise, or sounds like another kind of recording.
    """

    interview_id: str
    name: str
    waves: list[int]
    stretches: int
    speech_ms: int
    comparable: bool
    shifts: list[SpokenShift]
    said: list[str]


class ParticipantBaseline(Schema):
    """What is usual for a person over their interviews, and on how much speech that rests.

    ``compared`` is false without consent to voiceprints: each interview then stands by itself. ``enough`` when it is
    enough for markers. ``why_not`` says in words what stands in the way.
    """

    person: str
    compared: bool
    why_not: str | None
    enough: bool
    interviews: int
    stretches: int
    speech_ms: int
    usual: list[UsualFeature]
    waves: list[SpokenInterview]
