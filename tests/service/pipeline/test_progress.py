from __future__ import annotations

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from service.pipeline.progress import STAGE_COSTS, Meter, ProgressWriter, learn_costs, shown_percent
from service.pipeline.stages import STAGES
from service.vault import tables
from service.vault.recordings import RecordingState, now

COSTS = {"decode": 0.1, "transcribe": 0.6, "diarize": 0.3}


class Time:
    def __init__(self) -> None:
        self.s = 100.0

    def __call__(self) -> float:
        return self.s


def test_every_stage_has_a_cost_and_they_are_in_the_order_of_the_stages() -> None:
    assert list(STAGE_COSTS) == [stage.name for stage in STAGES]


def test_percent_is_by_cost_and_audio_time() -> None:
    meter = Meter(COSTS, 60_000)
    meter.begin("decode")
    meter.reach(0.5)
    assert meter.percent == pytest.approx(5)
    meter.finish("decode")
    assert meter.percent == pytest.approx(10)
    meter.begin("transcribe", share=0.25)
    meter.reach(0.5)
    assert meter.percent == pytest.approx(17.5)
    meter.finish("transcribe", share=0.25)
    assert meter.percent == pytest.approx(25)


def test_percent_stays_where_it_was_while_the_length_is_unknown() -> None:
    meter = Meter(COSTS, None, floor=7.0)
    meter.begin("decode")
    meter.reach(0.9)
    assert meter.percent == 7.0
    assert meter.eta_s is None


def test_percent_does_not_go_back_when_a_worker_begins_a_stage_again() -> None:
    first = Meter(COSTS, 60_000)
    first.finish("decode")
    first.begin("transcribe")
    first.reach(0.9)
    second = Meter(COSTS, 60_000, floor=first.percent)
    second.finish("decode", reused=True)
    second.begin("transcribe")
    assert second.percent == first.percent
    second.reach(0.95)
    assert second.percent > first.percent


def test_percent_is_not_complete_before_the_end_is_told() -> None:
    meter = Meter(COSTS, 60_000)
    for stage in COSTS:
        meter.finish(stage)
    assert meter.percent == 99.0


@given(st.lists(st.tuples(st.sampled_from(list(COSTS)), st.floats(0, 2), st.booleans())), st.floats(0, 99))
def test_percent_never_goes_back_whatever_happens(steps: list[tuple[str, float, bool]], floor: float) -> None:
    meter = Meter(COSTS, 60_000, floor=floor)
    before = meter.percent
    for stage, fraction, finished in steps:
        meter.begin(stage, share=0.5)
        meter.reach(fraction)
        if finished:
            meter.finish(stage, share=0.5)
        assert before <= meter.percent <= 99.0
        before = meter.percent


def test_time_left_follows_the_pace_of_this_run() -> None:
    clock = Time()
    meter = Meter(COSTS, 600_000, clock=clock)
    assert meter.eta_s == 600
    meter.begin("decode")
    clock.s += 120  # twice what it should cost
    meter.finish("decode")
    assert meter.eta_s is not None
    assert 900 < meter.eta_s < 1080


def test_what_was_done_before_a_kill_does_not_count_as_speed() -> None:
    clock = Time()
    meter = Meter(COSTS, 600_000, clock=clock)
    meter.finish("decode", reused=True)
    meter.finish("transcribe", reused=True)
    assert meter.eta_s == 180


@pytest.fixture
def recording(database: sa.Engine) -> str:
    add(database, "a" * 32, RecordingState.PROCESSING, {})
    return "a" * 32


def add(database: sa.Engine, recording_id: str, state: RecordingState, seconds: dict[str, float]) -> None:
    with database.begin() as connection:
        connection.execute(sa.insert(tables.interview).values(id=recording_id, title="", created_at=now()))
        connection.execute(
            sa.insert(tables.recording).values(
                id=recording_id,
                sha256=recording_id * 2,
                size_bytes=1,
                container="",
                codec="",
                sample_rate=1,
                channels=1,
                duration_ms=100_000,
                state=str(state),
                notices=[],
                attempt=1,
                received_at=now(),
                finished_at=now(),
                interview_id=recording_id,
                position=1,
                offset_ms=0,
            )
        )
        for part, (stage, spent) in enumerate(seconds.items()):
            connection.execute(
                sa.insert(tables.stage_result).values(
                    recording_id=recording_id,
                    stage=stage.rstrip("+"),
                    part=part,
                    fingerprint="0" * 64,
                    digest="0" * 64,
                    seconds=spent,
                    worker="one",
                    finished_at=now(),
                )
            )


def test_progress_is_written_twice_a_second_at_most(database: sa.Engine, recording: str) -> None:
    clock = Time()
    meter = Meter(COSTS, 60_000, clock=clock)
    writer = ProgressWriter(database, recording, "one", meter, clock)
    written = []
    for step in range(100):
        clock.s += 0.1
        meter.begin("transcribe")
        meter.reach(step / 100)
        writer.update()
        with database.connect() as connection:
            written.append(shown_percent(connection, recording))
    assert written == sorted(written)
    assert 15 <= len(set(written)) <= 20


def test_costs_are_learned_from_recordings_that_were_done(database: sa.Engine) -> None:
    add(database, "a" * 32, RecordingState.DONE, {"decode": 1.0, "transcribe": 10.0, "transcribe+": 20.0})
    add(database, "b" * 32, RecordingState.DONE, {"decode": 3.0})
    add(database, "c" * 32, RecordingState.FAILED, {"decode": 500.0})
    with database.connect() as connection:
        costs = learn_costs(connection, COSTS)
    assert costs == pytest.approx({"decode": 0.02, "transcribe": 0.3, "diarize": 0.3})


def test_without_experience_the_measured_costs_stand(database: sa.Engine) -> None:
    with database.connect() as connection:
        assert learn_costs(connection) == dict(STAGE_COSTS)
