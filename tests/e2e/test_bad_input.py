"""Bad input dropped into a running Lytt: each ends in a clear state, and the next recording goes on."""

from __future__ import annotations

import shutil
import wave
from pathlib import Path

import numpy as np
import pytest

from tests.e2e.running import RunningLytt, wait_for

pytestmark = [pytest.mark.e2e, pytest.mark.models]


def write(path: Path, samples: np.ndarray[tuple[int, ...], np.dtype[np.int16]], rate: int = 16_000) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1 if samples.ndim == 1 else samples.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.tobytes())


def waiting_file(lytt: RunningLytt, name: str) -> dict[str, object] | None:
    files = lytt.client.get("/recordings").json()["files"]
    return next((file for file in files if file["path"] == name and file["state"] == "refused"), None)


def test_silence_gives_an_empty_transcript_that_says_so(lytt: RunningLytt) -> None:
    write(lytt.recordings / "quiet.wav", np.zeros(16_000 * 20, dtype=np.int16))
    recording = lytt.wait_until_ended("quiet")
    assert recording["state"] == "done"
    assert [notice["code"] for notice in recording["notices"]] == ["no_speech"]  # type: ignore[index, union-attr]
    interview = lytt.client.get(f"/interviews/{recording['interview_id']}").json()
    assert (interview["words"], interview["utterances"], interview["duration_ms"]) == (0, 0, 20_000)


def test_music_gives_no_invented_words(lytt: RunningLytt) -> None:
    times = np.arange(16_000 * 20) / 16_000
    chords = sum(
        np.sin(2 * np.pi * f * times * (1 + 0.25 * (np.floor(times * 2) % 4))) for f in (220, 277, 330)
    )
    write(lytt.recordings / "music.wav", (np.asarray(chords) * 4000).astype(np.int16))
    recording = lytt.wait_until_ended("music")
    assert recording["state"] == "done"
    assert lytt.client.get(f"/interviews/{recording['interview_id']}").json()["words"] == 0


def test_eight_channels_at_telephone_rate_are_heard(lytt: RunningLytt, phone_call: Path) -> None:
    with wave.open(str(phone_call)) as file:
        rate = file.getframerate()
        heard = np.frombuffer(file.readframes(file.getnframes()), dtype=np.int16)
    low = heard[:: rate // 8000]
    write(lytt.recordings / "eight.wav", np.repeat(low[:, None], 8, axis=1), 8000)
    recording = lytt.wait_until_ended("eight")
    assert recording["state"] == "done"
    assert lytt.client.get(f"/interviews/{recording['interview_id']}").json()["words"] > 30


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("empty.mp3", b"", "empty_file"),
        ("text.mp3", b"This is no sound at all.\n" * 400, "not_audio"),
        ("torn.m4a", b"\0\0\0\x20ftypM4A \0\0\2\0isomiso2" + b"\0" * 5000, "damaged"),
    ],
)
def test_what_is_no_recording_is_refused_with_what_to_do(
    lytt: RunningLytt, name: str, content: bytes, code: str
) -> None:
    (lytt.recordings / name).write_bytes(content)
    refused = wait_for(f"{name} is refused", lambda: waiting_file(lytt, name), 60)
    assert refused["problem"]["code"] == code  # type: ignore[index]
    assert str(refused["message"]).count(".") >= 2, "what happened, and what to do next"


def test_half_a_second_fails_with_its_reason_and_the_next_goes_on(
    lytt: RunningLytt, phone_call: Path
) -> None:
    write(lytt.recordings / "blip.wav", np.ones(8000, dtype=np.int16))
    blip = lytt.wait_until_ended("blip")
    assert (blip["state"], blip["problem"]["code"], blip["needs"]) == ("failed", "too_short", ["retry"])  # type: ignore[index]
    with wave.open(str(phone_call)) as file:
        rate, frames = file.getframerate(), file.readframes(file.getnframes())
    shutil.rmtree(lytt.recordings / "next", ignore_errors=True)
    (lytt.recordings / "next").mkdir()
    write(
        lytt.recordings / "next" / "D09-C1.wav",
        np.frombuffer(frames, dtype=np.int16)[rate * 5 : rate * 20],
        rate,
    )
    assert lytt.wait_until_ended("D09-C1")["state"] == "done"
