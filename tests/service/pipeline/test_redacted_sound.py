"""The redacted sound in real worker processes: made last, and made again alone when what is masked changed."""

from __future__ import annotations

import numpy as np
import sqlalchemy as sa

from models.audio.samples import open_samples
from models.host import ModelHost
from models.problems import ProblemCode
from models.values import Span
from service.pipeline.stages import STAGES
from service.redacted_sound.queueing import SoundState, progress_of, queue_sound
from service.redacted_sound.renditions import Rendition, current_rendition, rendition_of
from service.redacted_sound.silenced import silence
from service.study.board import CellState, held_interviews
from service.vault import tables
from service.vault.interviews import find_interview
from service.vault.recordings import RecordingState
from service.vault.sound_attempts import note_sound_problem
from tests.service.pipeline.workshop import Workshop, wait_until


def interview_of(workshop: Workshop, recording_id: str) -> str:
    return workshop.recording(recording_id).interview_id


def kept(workshop: Workshop, recording_id: str) -> Rendition:
    with workshop.vault.engine.connect() as connection:
        found = rendition_of(connection, interview_of(workshop, recording_id))
    assert found is not None
    return found


def current(workshop: Workshop, recording_id: str) -> Rendition | None:
    vault = workshop.vault
    return current_rendition(vault.engine, vault.artefacts, vault.sound, interview_of(workshop, recording_id))


def levels(workshop: Workshop, digest: str, spans: list[Span]) -> list[float]:
    """How loud the listening copy is in each span."""
    from models.config import ModelsConfig
    from service.encrypted_files import Scratch

    folder = workshop.folder / "heard"
    folder.mkdir(exist_ok=True)
    host = ModelHost(ModelsConfig(models_dir=workshop.settings.models_folder))
    scratch = Scratch.of(folder, ("samples.wav", "listening.ogg", "peaks.bin"))
    host.decode(workshop.vault.artefacts.file(digest), scratch)
    samples = open_samples(scratch.written("samples.wav"))
    return [
        float(np.abs(samples.read_frames(span.start_ms * 16, span.end_ms * 16)).max(initial=0))
        for span in spans
    ]


def finished(workshop: Workshop) -> str:
    recording_id = workshop.drop()
    workshop.start_worker()
    workshop.wait_for(recording_id, RecordingState.DONE)
    return recording_id


def test_the_stage_leaves_sound_without_the_redacted_word(workshop: Workshop) -> None:
    recording_id = finished(workshop)
    made = kept(workshop, recording_id)
    assert current(workshop, recording_id) == made
    assert made.checked == 1
    assert made.places == ()
    hidden, heard = levels(workshop, made.listening, [Span(150, 550), Span(4_150, 4_550)])
    assert hidden < 0.02 < heard
    with workshop.vault.engine.connect() as connection:
        sound = workshop.vault.sound
        assert progress_of(connection, sound, interview_of(workshop, recording_id)).state is SoundState.READY


def test_when_more_is_to_be_masked_only_the_sound_is_made_again(workshop: Workshop) -> None:
    recording_id = finished(workshop)
    interview_id, before = interview_of(workshop, recording_id), kept(workshop, recording_id)
    called = len(workshop.calls())
    words = workshop.text(recording_id)
    with workshop.vault.engine.begin() as connection:
        silence(connection, interview_id, 4_000, 5_000, "steward")
    assert current(workshop, recording_id) is None
    with workshop.vault.engine.begin() as connection:
        assert queue_sound(connection, workshop.queue, interview_id)
        assert not queue_sound(connection, workshop.queue, interview_id), "it is in the queue already"
    workshop.wait_for(recording_id, RecordingState.DONE)
    assert workshop.calls()[called:] == ["redact"]
    after = kept(workshop, recording_id)
    assert Span(4_000, 5_000) in after.masked
    assert workshop.text(recording_id) == words
    assert levels(workshop, after.listening, [Span(4_100, 4_700)])[0] < 0.02
    assert not workshop.vault.artefacts.has(before.listening), "the sound before is not kept"
    assert workshop.recording(recording_id).progress.percent == 100.0  # type: ignore[union-attr]


def test_an_interview_stays_what_it_is_while_its_sound_is_made_again(workshop: Workshop) -> None:
    recording_id = finished(workshop)
    interview_id = interview_of(workshop, recording_id)
    held = workshop.hold("redact")
    with workshop.vault.engine.begin() as connection:
        silence(connection, interview_id, 4_000, 5_000, "steward")
        queue_sound(connection, workshop.queue, interview_id)
    wait_until(lambda: workshop.state(recording_id) is RecordingState.PROCESSING, 20, workshop.log)
    with workshop.vault.engine.connect() as connection:
        (board,) = held_interviews(connection)
        found = find_interview(connection, interview_id)
        making = progress_of(connection, workshop.vault.sound, interview_id)
    assert board.state(frozenset()) is CellState.NEEDS_REVIEW
    assert found is not None
    assert found.revision == 1
    assert workshop.recording(recording_id).only_sound
    assert making.state is SoundState.MAKING
    held.unlink()
    workshop.wait_for(recording_id, RecordingState.DONE)


def test_a_retry_that_a_person_asks_for_does_everything_again_where_needed(workshop: Workshop) -> None:
    recording_id = finished(workshop)
    with workshop.vault.engine.begin() as connection:
        queue_sound(connection, workshop.queue, interview_of(workshop, recording_id))
    workshop.wait_for(recording_id, RecordingState.DONE)
    workshop.retry(recording_id)
    assert not workshop.recording(recording_id).only_sound
    workshop.wait_for(recording_id, RecordingState.DONE)


def test_a_sound_that_could_not_be_made_leaves_the_interview_done_and_says_why(workshop: Workshop) -> None:
    recording_id = finished(workshop)
    interview_id = interview_of(workshop, recording_id)
    with workshop.vault.engine.begin() as connection:
        silence(connection, interview_id, 4_000, 5_000, "steward")
    crash = workshop.crash_in("redact")
    with workshop.vault.engine.begin() as connection:
        queue_sound(connection, workshop.queue, interview_id)
    wait_until(
        lambda: (
            workshop.recording(recording_id).attempt == 2
            and workshop.state(recording_id) is RecordingState.DONE
        ),
        30,
        workshop.log,
    )
    crash.unlink()
    with workshop.vault.engine.connect() as connection:
        failed = progress_of(connection, workshop.vault.sound, interview_id)
    assert failed.state is SoundState.FAILED
    assert failed.problem is ProblemCode.OUT_OF_MEMORY
    with workshop.vault.engine.begin() as connection:
        assert queue_sound(connection, workshop.queue, interview_id), "a person can ask for it again"
    workshop.wait_for(recording_id, RecordingState.DONE)
    assert current(workshop, recording_id) is not None


def test_the_stage_is_the_last_one() -> None:
    assert STAGES[-1].name == "redact"


def test_no_word_is_told_by_the_rows_of_the_sound(workshop: Workshop) -> None:
    recording_id = finished(workshop)
    with workshop.vault.engine.begin() as connection:
        note_sound_problem(connection, recording_id, 1, ProblemCode.INTERNAL)
    with workshop.vault.engine.connect() as connection:
        for table in (tables.rendition, tables.rendition_place, tables.silenced, tables.sound_attempt):
            rows = connection.execute(sa.text(f"SELECT * FROM {table.name}")).all()
            assert "beep" not in str(rows)
