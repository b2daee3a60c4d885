"""Decoding goes on in a process that is confined: what a stranger made costs no more than a recording does."""

from __future__ import annotations

import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
import numpy as np
import psutil
import pytest

from models.audio import apart
from models.audio.apart import decode_apart, redact_sound_apart, small_environment
from models.audio.decode import decode
from models.audio.files import DECODED_NAMES
from models.problems import ProblemCode, RecordingProblem
from models.redacted_sound.editing import MaskSound
from models.redacted_sound.rendition import redact_sound
from models.values import Span
from service.encrypted_files import EncryptedFile, Scratch
from tests.models.audio.conftest import KINDS, tone, write_sound

RATE = 16_000


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def ignore(_reached_ms: int) -> None:
    """Nobody watches."""


def silence(path: Path, seconds: int, rate: int = 8_000) -> Path:
    """A FLAC of nothing, a few kilobytes an hour: the sound counterpart of an archive of zeros."""
    with av.open(str(path), "w", format="flac") as sink:
        stream = sink.add_stream("flac", rate=rate, layout="mono")
        stream.codec_context.options = {"frame_size": "65535"}
        whole = rate * 60
        for minute in range(-(-seconds // 60)):
            frame = av.AudioFrame.from_ndarray(np.zeros((1, whole), np.int16), format="s16", layout="mono")
            frame.sample_rate, frame.pts = rate, minute * whole
            sink.mux(stream.encode(frame))
        sink.mux(stream.encode(None))
    return path


def flac_that_promises(path: Path, samples: int, rate: int = 8_000) -> Path:
    """The header of a FLAC of ``samples`` samples, and none of them."""
    packed = (rate << 44) | (0 << 41) | (15 << 36) | samples
    info = struct.pack(">HH", 4096, 4096) + bytes(6) + packed.to_bytes(8, "big") + bytes(16)
    path.write_bytes(b"fLaC" + b"\x80" + len(info).to_bytes(3, "big") + info + bytes(64))
    return path


def wav_that_promises(path: Path, channels: int, rate: int) -> Path:
    """A WAV with these in its header and a second of noise."""
    size = min(2**31, 4 * channels * rate)
    block = channels * 4 % 65_536
    form = struct.pack("<HHIIHH", 3, channels, rate, min(2**32 - 1, rate * block), block, 32)
    head = b"RIFF" + struct.pack("<I", 2**32 - 1) + b"WAVEfmt " + struct.pack("<I", 16) + form
    path.write_bytes(head + b"data" + struct.pack("<I", size) + np.random.default_rng(1).bytes(400_000))
    return path


def code_of(source: Path, out: Path) -> ProblemCode:
    with pytest.raises(RecordingProblem) as caught:
        decode_apart(source, out, ignore)
    return caught.value.code


@contextmanager
def decoding(source: Path, out: Path) -> Iterator[tuple[psutil.Process, list[object]]]:
    """A process that is at work on ``source``, and what became of it."""
    ended: list[object] = []

    def work() -> None:
        try:
            ended.append(decode_apart(source, out, ignore))
        except RecordingProblem as problem:
            ended.append(problem.code)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        until = time.monotonic() + 30
        while not (at_work := [one for one in psutil.Process().children() if is_confined(one)]):
            assert time.monotonic() < until
            assert not ended, ended
            time.sleep(0.005)
        yield at_work[0], ended
    finally:
        thread.join(60)


def is_confined(process: psutil.Process) -> bool:
    try:
        return "models.audio.apart_child" in process.cmdline() and process.rlimit(psutil.RLIMIT_CORE) == (
            0,
            0,
        )
    except psutil.Error:
        return False


def test_it_gives_the_same_bytes_as_in_this_process(tmp_path, out):
    source = write_sound(tmp_path / "a.m4a", [tone(3, 44_100), tone(3, 44_100, 660)], KINDS["m4a"])
    here, seen = tmp_path / "here", []
    here.mkdir()
    expected = decode(source, here)
    assert decode_apart(source, out, seen.append) == expected
    assert seen[-1] == expected.duration_ms
    assert [(out / name).read_bytes() for name in DECODED_NAMES] == [
        (here / name).read_bytes() for name in DECODED_NAMES
    ]
    spans = [Span(1000, 1500)]
    assert redact_sound_apart(source, out, spans, MaskSound.TONE, (), seen.append) == redact_sound(
        source, here, spans, MaskSound.TONE
    )
    assert (out / "samples.wav").read_bytes() == (here / "samples.wav").read_bytes()


def test_encrypted_files_are_read_and_written_by_it(tmp_path):
    plain = write_sound(tmp_path / "a.wav", [tone(2, 44_100)], KINDS["wav"])
    kept = Scratch.of(tmp_path, ["source"])
    with kept.writing("source") as handle:
        handle.write(plain.read_bytes())
    source = kept.written("source")
    assert isinstance(source, EncryptedFile)
    scratch = Scratch.of(tmp_path, DECODED_NAMES)
    decoded = decode_apart(source, scratch, ignore)
    assert scratch.written(decoded.samples).read_bytes()[:4] == b"RIFF"


@pytest.mark.parametrize(
    ("samples", "code"),
    [(2**36 - 1, ProblemCode.TOO_LONG), (8_000 * 3600, ProblemCode.DAMAGED)],
    ids=["days", "an hour"],
)
def test_a_promise_of_hours_without_sound_is_refused(samples, code, tmp_path, out):
    assert code_of(flac_that_promises(tmp_path / "a.flac", samples), out) is code
    assert not list(out.iterdir())


@pytest.mark.parametrize(("channels", "rate"), [(65_535, 48_000), (2, 2**31 - 1), (8_000, 4_000_000)])
def test_a_promise_of_many_channels_or_samples_is_refused(channels, rate, tmp_path, out):
    began = time.monotonic()
    code = code_of(wav_that_promises(tmp_path / "a.wav", channels, rate), out)
    assert code in (
        ProblemCode.DAMAGED,
        ProblemCode.NOT_AUDIO,
        ProblemCode.TOO_DEMANDING,
        ProblemCode.TOO_SHORT,
    )
    assert time.monotonic() - began < 60
    assert not list(out.iterdir())


def test_hours_of_nothing_in_a_small_file_are_refused_by_their_length(tmp_path, out):
    source = silence(tmp_path / "a.flac", 7 * 3600)
    assert source.stat().st_size < 1 << 20
    assert code_of(source, out) is ProblemCode.TOO_LONG
    assert not list(out.iterdir())


def test_what_takes_more_processor_time_than_its_size_allows_is_ended(tmp_path, out, monkeypatch):
    monkeypatch.setattr(apart, "_LEAST_S", 1)
    monkeypatch.setattr(apart, "_SPEED", 50_000)
    source = silence(tmp_path / "a.flac", 5 * 3600)
    assert code_of(source, out) is ProblemCode.TOO_DEMANDING


def test_what_takes_more_memory_is_refused(tmp_path, out, monkeypatch):
    # What the process has loaded by then takes more than this already: the next allocation fails.
    monkeypatch.setattr(apart, "MEMORY_BYTES", 64 << 20)
    source = write_sound(tmp_path / "a.wav", [tone(60, 44_100)], KINDS["wav"])
    assert code_of(source, out) in (ProblemCode.TOO_DEMANDING, ProblemCode.DAMAGED)


def test_it_runs_without_the_settings_and_under_limits(tmp_path, out, monkeypatch):
    secret = "5e" * 32
    monkeypatch.setenv("LYTT_VAULT_KEY", secret)
    assert secret not in small_environment().values()
    with decoding(silence(tmp_path / "a.flac", 3600), out) as (process, _):
        process.suspend()
        try:
            told = " ".join((*process.cmdline(), *process.environ().values(), *process.environ()))
            limits = {
                kind: process.rlimit(kind)
                for kind in (psutil.RLIMIT_AS, psutil.RLIMIT_CPU, psutil.RLIMIT_FSIZE, psutil.RLIMIT_NOFILE)
            }
            processes = process.rlimit(psutil.RLIMIT_NPROC)
        finally:
            process.resume()
    assert secret not in told
    assert "LYTT" not in told
    assert limits[psutil.RLIMIT_AS][1] == apart.MEMORY_BYTES
    assert 60 <= limits[psutil.RLIMIT_CPU][0] < 4000
    assert limits[psutil.RLIMIT_FSIZE][1] < 2 << 30
    assert limits[psutil.RLIMIT_NOFILE][1] <= 64
    assert processes == (0, 0)


def test_one_that_is_killed_is_told_as_lack_of_memory(tmp_path, out):
    with decoding(silence(tmp_path / "a.flac", 5 * 3600), out) as (process, ended):
        process.kill()
    assert ended == [ProblemCode.OUT_OF_MEMORY]


def test_one_that_crashes_is_told_as_a_damaged_file(tmp_path, out):
    with decoding(silence(tmp_path / "a.flac", 5 * 3600), out) as (process, ended):
        process.send_signal(signal.SIGSEGV)
    assert ended == [ProblemCode.DAMAGED]


def test_it_ends_with_whoever_wanted_the_sound(tmp_path, out):
    source = silence(tmp_path / "a.flac", 5 * 3600)
    script = (
        "import sys; from pathlib import Path; from models.audio.apart import decode_apart; decode_apart("
    )
    script += "Path(sys.argv[1]), Path(sys.argv[2]), print)"
    asking = subprocess.Popen(
        [sys.executable, "-c", script, str(source), str(out)], stdout=subprocess.DEVNULL
    )
    try:
        until = time.monotonic() + 30
        while not (at_work := [one for one in psutil.Process(asking.pid).children() if is_confined(one)]):
            assert time.monotonic() < until
            time.sleep(0.01)
    finally:
        asking.kill()
        asking.wait()
    assert psutil.wait_procs(at_work, 10)[1] == []


def test_it_has_no_network_where_the_system_allows_to_give_it_up():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        address = listening.getsockname()
        script = (
            "import socket, sys; from models.audio.confinement import without_network; given = without_network(); "
            "one = socket.socket(); one.settimeout(2); refused = one.connect_ex((sys.argv[1], int(sys.argv[2]))) != 0; "
            "print(given, refused)"
        )
        said = subprocess.run(
            [sys.executable, "-c", script, address[0], str(address[1])],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()
    assert said in (["True", "True"], ["False", "False"])
    if os.geteuid() == 0:
        assert said[0] == "True"
