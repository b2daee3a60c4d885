"""A study of eleven dyads in the middle of the work, made through the vault's own functions: no model runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from models.guide_questions import AskedPlace
from models.problems import ProblemCode
from models.values import AudioInfo, Marker, MarkerKind, Provenance, Transcript
from service.coding.store import CodingStore, open_coding_store, set_coded
from service.guide.coverage import PlaceState, coverage_of, judge, store_found, to_search
from service.naming import InterviewName
from service.pipeline.progress import STAGE_COSTS, Meter, ProgressWriter
from service.review.keeping import keep_transcript
from service.review.release import release
from service.settings import Settings
from service.study.applied import Study, protocol_in_force
from service.study.files import template, write_template
from service.study.filing import Rules, file_of_intake, merge_place
from service.vault.interviews import find_interview
from service.vault.recordings import (
    RecordingState,
    add_recording,
    get_recording,
    set_state,
    set_times,
)
from service.vault.store import Vault, open_vault
from tests.service.conftest import make_transcript
from tests.service.made_sound import make_sound
from tests.service.reviewing import review

MINUTE_MS = 60_000

_GUIDES = {
    "therapist-1": ("How did you come to be a therapist?", "What do you rely on when you are stuck?"),
    "therapist-2": (
        "How did this therapy begin?",
        "Were there turning points in the therapy?",
        "What was hardest for you with this client?",
        "What did you not say to the client?",
    ),
    "client-1": ("What made you look for help?", "What did you hope for?"),
}

_SAID = (
    ("S1", "How did this therapy begin?"),
    ("S2", "He hardly said a word in the first hour, and I let the silence be there."),
    ("S1", "Was there a moment when something changed between you?"),
    ("S2", "Yes. He laughed, and then he cried, and after that we could talk about it."),
    ("S1", "And what was hardest?"),
    ("S2", "Not to help too early."),
)


def _protocol() -> str:
    """The template of dyads, in which some have dropped out or withdrawn."""
    text = template("dyads")
    changes = {
        "D06": 'role = "C"\nleft_on = 2024-05-01',
        "D07": 'role = "T"\nwithdrawn_on = 2024-09-12',
    }
    for group, said in changes.items():
        text = text.replace(
            f'[[group]]\nid = "{group}"\n', f'[[group]]\nid = "{group}"\n[[group.participant]]\n{said}\n'
        )
    return text


def _transcript(minutes: int, share: float, pauses: int) -> Transcript:
    """A short conversation, measured as if it were one of ``minutes``, of which the participant speaks ``share``."""
    told = make_transcript(*_SAID)
    duration_ms = minutes * MINUTE_MS
    spoken = [
        replace(
            one,
            speech_ms=int(duration_ms * (share if one.role == "participant" else 0.9 - share)),
            words=int(minutes * 150 * (share if one.role == "participant" else 0.9 - share)),
        )
        for one in told.speakers
    ]
    laughs = [
        Marker(MarkerKind.FILLER, 2000 + 40 * n, 2030 + 40 * n, "S2", 0.03, 0.8, "1")
        for n in range(pauses * 2)
    ]
    quiet = [
        Marker(
            MarkerKind.PAUSE,
            9000 + 300 * n,
            9200 + 300 * n,
            None,
            0.2,
            1.0,
            "1",
            subtype="between_turns",
            evidence={"length_ms": 200.0},
        )
        for n in range(pauses)
    ]
    searched = Provenance("entities", "spacy-en-sm", "1", {"names_searched": "yes"})
    return replace(
        told,
        duration_ms=duration_ms,
        speakers=tuple(spoken),
        markers=tuple(sorted([*laughs, *quiet], key=lambda one: one.start_ms)),
        provenance=(*told.provenance, searched),
    )


@dataclass
class MadeStudy:
    """What the tests change while a page watches."""

    vault: Vault
    coding: CodingStore
    settings: Settings
    study: Study
    recordings: int = 0

    def record(self, path: str, minutes: int = 75, held_on: date | None = None) -> str:
        """Take a recording in as intake does; it waits in the queue. Returns its id."""
        self.recordings += 1
        recording_id = f"{self.recordings:032x}"
        info = AudioInfo("wav", "pcm_s16le", 16_000, 1, minutes * MINUTE_MS, held_on)
        rules = Rules(self.study.current().protocol, self.settings.name_pattern)
        with self.vault.engine.begin() as connection:
            add_recording(
                connection,
                recording_id=recording_id,
                sha256=f"{self.recordings:064x}",
                size_bytes=minutes * 2_000_000,
                info=info,
                path=f"{path}.wav",
                filing=file_of_intake(connection, rules, path, info),
                title=path,
            )
            set_times(connection, recording_id, 0, minutes * MINUTE_MS)
        return recording_id

    def work_on(self, recording_id: str, stage: str, percent: float) -> None:
        """The recording is at work, so far."""
        with self.vault.engine.begin() as connection:
            stored = get_recording(connection, recording_id)
            assert stored is not None
            if stored.state is not RecordingState.PROCESSING:
                set_state(connection, recording_id, RecordingState.PROCESSING)
            meter = Meter(STAGE_COSTS, stored.duration_ms)
            meter.begin(stage)
            ProgressWriter(self.vault.engine, recording_id, "w", meter).write(connection, percent)

    def fail(self, recording_id: str) -> None:
        with self.vault.engine.begin() as connection:
            set_state(connection, recording_id, RecordingState.FAILED, ProblemCode.DAMAGED)

    def finish(self, recording_id: str, minutes: int = 75, share: float = 0.6, pauses: int = 40) -> str:
        """The recording is done; returns the id of its interview."""
        with self.vault.engine.begin() as connection:
            stored = get_recording(connection, recording_id)
            assert stored is not None
            keep_transcript(connection, stored.interview_id, _transcript(minutes, share, pauses), ())
            set_state(connection, recording_id, RecordingState.DONE)
        make_sound(self.vault, stored.interview_id)
        return stored.interview_id

    def search_guide(self, interview_id: str, asked: int) -> None:
        """Note that the first ``asked`` questions of the guide were found, the first of them confirmed by a person."""
        with self.vault.engine.begin() as connection:
            protocol = protocol_in_force(connection)
            wanted = to_search(connection, self.settings.data_dir, protocol, interview_id)
            lines = wanted.utterances[:asked]
            found = [
                AskedPlace(question.key, line.id, line.start_ms, line.end_ms, 0.8)
                for question, line in zip(wanted.questions.asked_for, lines, strict=False)
            ]
            store_found(connection, interview_id, wanted, found, "made")
            covered = coverage_of(connection, self.settings.data_dir, protocol, interview_id)
            for question in covered.questions[:1]:
                for place in question.places:
                    judge(connection, interview_id, place.number, PlaceState.CONFIRMED, "steward")

    def release(self, interview_id: str, coded: bool = False) -> None:
        with self.vault.engine.connect() as connection:
            found = find_interview(connection, interview_id)
        assert found is not None
        review(self.vault, self.coding, interview_id)
        release(self.vault, self.coding, found, "steward")
        if coded:
            with self.coding.engine.begin() as connection:
                set_coded(connection, interview_id, "coder", True)

    def merge(self, interview_id: str, name: InterviewName) -> None:
        with self.vault.engine.begin() as connection:
            merge_place(connection, interview_id, name, self.study.current().protocol, "steward")


@contextmanager
def opened(data_dir: Path) -> Iterator[MadeStudy]:
    """The stores of ``data_dir``, which are made when they are not there."""
    settings = Settings(data_dir=data_dir)
    vault = open_vault(settings)
    coding = open_coding_store(settings, vault.keys.coding_files_key)
    with vault.engine.connect() as connection:
        known = connection.execute(sa.text("select count(*) from recording")).scalar_one()
    try:
        yield MadeStudy(vault, coding, settings, Study(vault, data_dir), int(known))
    finally:
        coding.close()
        vault.close()


def write_protocol(data_dir: Path) -> None:
    """The protocol of the study, and its guides."""
    write_template(data_dir, "dyads", replace=True)
    (data_dir / "study.toml").write_text(_protocol(), encoding="utf-8")
    for name, questions in _GUIDES.items():
        lines = [f'title = "{name}"']
        lines += [
            f'\n[[question]]\nid = "q{n}"\ntext = "{text}"' for n, text in enumerate(questions, start=1)
        ]
        (data_dir / "guides" / f"{name}.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def make_study(data_dir: Path) -> dict[str, str]:
    """Fill ``data_dir``; returns the ids of the recordings that are not done, by what they are called."""
    write_protocol(data_dir)
    with opened(data_dir) as made:
        _held(made, "D01-T1", date(2022, 3, 8), 71, coded=True, asked=2)
        _held(made, "D01-T2", date(2022, 11, 21), 84, coded=True, asked=3, pauses=95)
        _held(made, "D01-T3", date(2024, 2, 6), 66, released=True, pauses=60)
        _held(made, "D01-C1", date(2022, 4, 2), 58, coded=True, asked=2)
        _held(made, "D01-C2", date(2023, 12, 11), 90, released=True)
        both = _held(made, "D02-T1", date(2022, 6, 14), 112)
        made.merge(both, InterviewName("D02", "T", 2))
        _held(made, "D02-C1", date(2022, 9, 1), 63, released=True, asked=1)
        _held(made, "D03-T1", date(2023, 1, 10), 77, released=True, asked=1)
        _held(made, "D03-T2", date(2023, 3, 11), 81, asked=3, pauses=70)
        _held(made, "D03-C2", date(2024, 1, 30), 69)
        undated = made.record("D03-T3", 74)
        made.finish(undated, 74)
        _held(made, "D04-T1", date(2023, 5, 2), 73, released=True)
        _held(made, "D06-C1", date(2023, 4, 19), 52, released=True)
        _held(made, "D08-T1", date(2023, 6, 1), 68, released=True)
        _held(made, "D08-T2", date(2023, 5, 1), 79)
        working = {name: made.record(name) for name in ("D04-T2", "D04-C1", "D05-T1", "D05-C1")}
        made.work_on(working["D04-T2"], "transcribe", 41.0)
        made.work_on(working["D04-C1"], "diarize", 78.0)
        made.fail(working["D05-C1"])
        made.finish(made.record("walk with the second one", 64), 64)
        made.finish(made.record("D99-T1", 71), 71)
        return working


def _held(
    made: MadeStudy,
    name: str,
    day: date,
    minutes: int,
    *,
    released: bool = False,
    coded: bool = False,
    asked: int | None = None,
    pauses: int = 40,
) -> str:
    recording_id = made.record(name, minutes, day)
    interview_id = made.finish(recording_id, minutes, 0.5 + (minutes % 20) / 100, pauses)
    if asked is not None:
        made.search_guide(interview_id, asked)
    if released or coded:
        made.release(interview_id, coded)
    return interview_id
