"""The service started for real: a file dropped, its transcript asked for in every way."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import av
import pytest

from tests.e2e.reviewing import review
from tests.e2e.running import RunningLytt, wait_for

pytestmark = [pytest.mark.e2e, pytest.mark.models]


def words_of(lytt: RunningLytt) -> list[dict[str, object]]:
    words: list[dict[str, object]] = lytt.client.get("/interviews/D03-T2/words").json()["words"]
    return words


def test_the_greeting_says_where_it_is_and_where_to_drop(lytt: RunningLytt) -> None:
    assert lytt.greeting[0].strip().startswith("Lytt is at http://127.0.0.1:")
    assert str(lytt.recordings) in lytt.greeting[1]


def test_the_transcript_has_two_speakers_and_their_words(lytt: RunningLytt) -> None:
    interview = lytt.client.get("/interviews/D03-T2").json()
    assert len(interview["speakers"]) == 2
    text = " ".join(str(word["text"]) for word in words_of(lytt)).lower()
    assert "dianne" in text or "diane" in text
    assert "chicago" in text
    assert interview["words"] == len(words_of(lytt)) > 50


def test_the_original_is_left_as_it_was(lytt: RunningLytt, phone_call: Path) -> None:
    assert (lytt.recordings / "D03-T2.wav").read_bytes() == phone_call.read_bytes()


def test_the_terminal_answers_by_time(lytt: RunningLytt) -> None:
    words = words_of(lytt)
    word = next(word for word in words if "chicago" in str(word["text"]).lower())
    told = lytt.run("at", "d3_t2", str(int(str(word["start_ms"])) / 1000 + 0.02))
    assert told.returncode == 0, told.stderr
    assert f"»{word['text']}«" in told.stdout
    silent = lytt.run("at", "D03-T2", "59:00")
    assert silent.returncode == 1
    assert "ends at" in silent.stderr


def test_the_terminal_shows_finds_and_lists(lytt: RunningLytt) -> None:
    shown = lytt.run("show", "D03-T2", "--from", "0:05", "--to", "0:15")
    assert shown.stdout.startswith("[00:00:0")
    parsed = json.loads(lytt.run("show", "D03-T2", "--format", "json").stdout)
    assert parsed["duration_ms"] == 30_000
    assert lytt.run("show", "D03-T2", "--format", "vtt").stdout.startswith("WEBVTT")
    assert "Chicago" in lytt.run("find", "chicago").stdout
    nothing = lytt.run("find", "xylophone")
    assert (nothing.returncode, nothing.stdout) == (1, "")
    assert "D03-T2" in lytt.run("status").stdout


def test_the_terminal_cuts_clips(lytt: RunningLytt, tmp_path: Path) -> None:
    target = tmp_path / "clip.opus"
    assert lytt.run("clip", "D03-T2", "0:10", "0:14", "-o", str(target)).returncode == 0
    with av.open(str(target)) as container:
        stream = container.streams.audio[0]
        assert sum(frame.samples for frame in container.decode(stream)) / 48_000 == pytest.approx(4, abs=0.05)
    before = target.read_bytes()
    assert lytt.run("clip", "D03-T2", "0:01", "0:02", "-o", str(target)).returncode == 1
    assert target.read_bytes() == before


def test_only_the_anonymised_version_reaches_the_coding_store(lytt: RunningLytt) -> None:
    redactions = lytt.client.get("/interviews/D03-T2/redactions").json()["redactions"]
    words = {word["id"]: str(word["text"]) for word in words_of(lytt)}
    hidden = {words[number].strip(".,?!").lower() for item in redactions for number in item["word_ids"]}
    assert "chicago" in hidden
    assert {"diane", "dianne"} & hidden
    assert lytt.run("release", "D03-T2").returncode == 1
    assert lytt.run("review", "D03-T2").returncode == 1
    review(lytt.client, "D03-T2")
    assert lytt.run("review", "D03-T2").returncode == 0
    assert lytt.run("release", "D03-T2").returncode == 0
    store = b"".join(
        path.read_bytes() for path in lytt.data_dir.glob("coding.sqlite*") if not path.name.endswith("-shm")
    ).lower()
    assert b"[name-1]" in store
    assert b"diane" not in store
    assert b"dianne" not in store
    assert b"chicago" not in store
    assert "[NAME-1]" in lytt.run("show", "D03-T2", "--coding").stdout
    assert lytt.run("release", "D03-T2", "--undo").returncode == 0


def test_the_same_bytes_under_another_name_are_one_recording(lytt: RunningLytt, phone_call: Path) -> None:
    copy = lytt.recordings / "again" / "the call.wav"
    copy.parent.mkdir()
    shutil.copyfile(phone_call, copy)

    def both_names() -> bool:
        found = lytt.recording("D03-T2")
        return found is not None and found["paths"] == ["D03-T2.wav", "again/the call.wav"]

    wait_for("the second name is known", both_names, 30)
    listed = lytt.client.get("/recordings").json()["recordings"]
    assert [r["name"] for r in listed if {"D03-T2.wav", "again/the call.wav"} & set(r["paths"])] == ["D03-T2"]


def test_logs_and_queue_hold_no_words_and_no_names(lytt: RunningLytt) -> None:
    log = lytt.log.read_bytes().lower()
    for said in (b"diane", b"dianne", b"chicago", b"d03-t2", b"the call"):
        assert said not in log


def test_metrics_count_the_work(lytt: RunningLytt) -> None:
    text = lytt.client.get(f"{lytt.address}/metrics").text
    assert 'lytt_recordings{state="done"}' in text
    assert 'lytt_worker_alive{worker="local"} 1.0' in text
