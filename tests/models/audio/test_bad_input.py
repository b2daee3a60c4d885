"""What can't be used is refused with its reason, and leaves nothing behind."""

from __future__ import annotations

import errno
import os
import subprocess
from pathlib import Path

import numpy as np
import pytest

from models.audio import decode as decoding
from models.audio.container import problem_of
from models.audio.decode import decode
from models.audio.probe import probe
from models.notices import ENDS_EARLY
from models.problems import ProblemCode, RecordingProblem

RNG = np.random.default_rng(7)


def refused(source: Path, out: Path) -> ProblemCode:
    with pytest.raises(RecordingProblem) as caught:
        decode(source, out)
    return caught.value.code


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", ProblemCode.EMPTY_FILE),
        (b"\0" * 50_000, ProblemCode.DAMAGED),
        (b"Dear diary, today I recorded an interview.\n" * 900, ProblemCode.NOT_AUDIO),
        (RNG.bytes(50_000), ProblemCode.NOT_AUDIO),
        (b"\x89PNG\r\n\x1a\n" + RNG.bytes(5_000), ProblemCode.NOT_AUDIO),
        (b"%PDF-1.7\n" + RNG.bytes(5_000), ProblemCode.NOT_AUDIO),
        (b"PK\x03\x04" + RNG.bytes(5_000), ProblemCode.NOT_AUDIO),
        (b"#EXTM3U\n#EXTINF:10,\nhttp://127.0.0.1:9/a.mp3\n#EXT-X-ENDLIST\n", ProblemCode.NOT_AUDIO),
        (b"ffconcat version 1.0\nfile /etc/passwd\n", ProblemCode.NOT_AUDIO),
        (b"RIFF\x24\x00\x00\x00WAVE" + RNG.bytes(30), ProblemCode.DAMAGED),
        (b"\0\0\0\x20ftypM4A " + b"\0" * 16 + b"\0\0\x40\0mdat" + RNG.bytes(9_000), ProblemCode.DAMAGED),
        (b"OggS" + RNG.bytes(9_000), ProblemCode.DAMAGED),
        (b"\x03enc" + RNG.bytes(9_000), ProblemCode.ENCRYPTED),
    ],
    ids=[
        "empty", "only zeros", "text", "noise", "picture", "document", "archive", "playlist", "list of files",
        "torn wav", "m4a without its index", "torn ogg", "encrypted dictation",
    ],
)  # fmt: skip
def test_what_is_no_sound_is_told_from_what_is_broken(content, code, tmp_path, out):
    source = tmp_path / "file.wav"
    source.write_bytes(content)
    assert refused(source, out) is code
    assert list(out.iterdir()) == []


def test_a_film_without_sound_holds_none(tmp_path, out):
    av = pytest.importorskip("av")
    source = tmp_path / "silent.mp4"
    with av.open(str(source), "w") as film:
        picture = film.add_stream("mpeg4", rate=10)
        picture.width = picture.height = 64
        picture.pix_fmt = "yuv420p"
        for _ in range(20):
            film.mux(
                picture.encode(av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24"))
            )
        film.mux(picture.encode(None))
    assert refused(source, out) is ProblemCode.NOT_AUDIO


def test_a_protected_m4a_is_told_as_encrypted(make_sound, tmp_path, out):
    plain = make_sound("m4a")
    source = tmp_path / "protected.mp4"
    key = "0123456789abcdef0123456789abcdef"
    options = ["-encryption_scheme", "cenc-aes-ctr", "-encryption_key", key, "-encryption_kid", key]
    try:
        subprocess.run(
            ["ffmpeg", "-v", "error", "-i", plain, "-c", "copy", *options, "-y", source],
            check=True,
            timeout=60,
        )
    except FileNotFoundError:
        # No ffmpeg: turn the sample entry into the protected one by hand.
        source.write_bytes(plain.read_bytes().replace(b"mp4a\0\0\0\0", b"enca\0\0\0\0", 1))
    assert refused(source, out) is ProblemCode.ENCRYPTED


def test_a_protected_wma_is_told_as_encrypted(make_sound, tmp_path, out):
    content = make_sound("wma").read_bytes()
    mark = bytes.fromhex("fbb31122 23bdd211 b4b700a0 c955fc6e".replace(" ", ""))
    source = tmp_path / "protected.wma"
    source.write_bytes(content[:30] + mark + content[30:])
    assert refused(source, out) is ProblemCode.ENCRYPTED


def test_less_than_a_second_is_too_short(make_sound, out):
    assert refused(make_sound("wav", seconds=0.9), out) is ProblemCode.TOO_SHORT


def test_one_second_is_enough(make_sound, out):
    assert decode(make_sound("wav", seconds=1.0), out).duration_ms == 1000


def test_more_than_six_hours_are_too_long(tmp_path, out):
    source = tmp_path / "week.wav"
    frames = 8_000 * 3600 * 7
    from models.audio.samples import wav_header

    with source.open("wb") as handle:
        handle.write(wav_header(frames, 1, 8_000))
        handle.truncate(44 + frames * 2)
    assert refused(source, out) is ProblemCode.TOO_LONG
    with pytest.raises(RecordingProblem) as caught:
        probe(source)
    assert caught.value.code is ProblemCode.TOO_LONG


@pytest.mark.parametrize("kind", ["wav", "flac", "mp3", "webm", "mov"])
def test_a_copy_cut_off_half_way_is_used_and_said_to_end_early(kind, make_sound, tmp_path, out):
    whole = make_sound(kind, seconds=20.0).read_bytes()
    source = tmp_path / f"half.{kind}"
    source.write_bytes(whole[: len(whole) // 2])
    if kind == "mov":  # its index is at its end
        assert refused(source, out) is ProblemCode.DAMAGED
        return
    decoded = decode(source, out)
    assert 5_000 < decoded.duration_ms < 15_000
    assert ENDS_EARLY in decoded.notices


@pytest.mark.parametrize("kind", ["wav", "flac", "mp3", "m4a", "opus", "webm", "wma", "amr", "mov", "aac"])
def test_a_whole_file_is_not_said_to_end_early(kind, make_sound, out):
    assert decode(make_sound(kind, seconds=10.0), out).notices == ()


def test_a_hole_in_the_middle_keeps_what_follows_in_its_place(make_sound, tmp_path, out):
    content = bytearray(make_sound("mp3", seconds=20.0).read_bytes())
    middle = len(content) // 2
    content[middle : middle + 2_000] = bytes(2_000)
    source = tmp_path / "hole.mp3"
    source.write_bytes(bytes(content))
    assert decode(source, out).duration_ms == pytest.approx(20_000, abs=600)


def test_a_file_that_is_gone_has_vanished(tmp_path, out):
    assert refused(tmp_path / "gone.wav", out) is ProblemCode.FILE_VANISHED


def test_a_folder_is_no_sound(tmp_path, out):
    assert refused(tmp_path, out) is ProblemCode.NOT_AUDIO


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_says_so(make_sound, out):
    source = make_sound("wav")
    source.chmod(0)
    assert refused(source, out) is ProblemCode.NO_PERMISSION


def test_a_file_replaced_while_it_is_read_has_changed(make_sound, tmp_path, out):
    source = make_sound("wav", seconds=5.0)
    other = make_sound("wav", seconds=4.0, name="other")
    replaced = False

    def replace_once(_reached: int) -> None:
        nonlocal replaced
        if not replaced:
            other.replace(source)
            replaced = True

    with pytest.raises(RecordingProblem) as caught:
        decode(source, out, replace_once)
    assert caught.value.code is ProblemCode.FILE_CHANGED


def test_a_file_taken_away_while_it_is_read_has_vanished(make_sound, out):
    source = make_sound("wav", seconds=5.0)
    with pytest.raises(RecordingProblem) as caught:
        decode(source, out, lambda _: source.unlink(missing_ok=True))
    assert caught.value.code is ProblemCode.FILE_VANISHED


def test_a_full_disk_is_told_and_leaves_nothing(make_sound, tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", small], capture_output=True)
    if mounted.returncode:
        pytest.skip("only root can mount a disk that is full")
    try:
        assert refused(make_sound("wav", seconds=30.0), small) is ProblemCode.DISK_FULL
        assert list(small.iterdir()) == []
    finally:
        subprocess.run(["umount", small], check=True)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, ProblemCode.DISK_FULL),
        (errno.EDQUOT, ProblemCode.DISK_FULL),
        (errno.EACCES, ProblemCode.NO_PERMISSION),
        (errno.ENOENT, ProblemCode.FILE_VANISHED),
        (errno.ESTALE, ProblemCode.FILE_VANISHED),
        (errno.EIO, ProblemCode.INTERNAL),
    ],
)
def test_errors_of_the_system_have_their_reasons(number, code):
    assert problem_of(OSError(number, "")).code is code


def test_what_was_there_before_stays_when_decoding_fails(make_sound, tmp_path, out):
    decode(make_sound("wav", seconds=2.0), out)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    bad = tmp_path / "bad.wav"
    bad.write_bytes(b"RIFF\x24\x00\x00\x00WAVE" + bytes(30))
    assert refused(bad, out) in (ProblemCode.DAMAGED, ProblemCode.NOT_AUDIO)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert decoding.SAMPLES_NAME in before
