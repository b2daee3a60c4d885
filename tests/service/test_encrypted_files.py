"""Encrypted files give back what was written, from any place, and nothing that was tampered with."""

from __future__ import annotations

import io
import os
import pickle
import random
from pathlib import Path

import pytest

from service.encrypted_files import (
    CHUNK_BYTES,
    EncryptedFile,
    FileBroken,
    Scratch,
    encrypting,
    new_file_key,
)

HEADER = 32
STORED = CHUNK_BYTES + 16
LENGTHS = (0, 1, 100, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES, 3 * CHUNK_BYTES + 77)


def made(folder: Path, data: bytes, name: str = "file", key: bytes | None = None) -> EncryptedFile:
    key = key or new_file_key()
    with encrypting(folder / name, key) as handle:
        handle.write(data)
    return EncryptedFile(folder / name, key)


@pytest.fixture
def three(tmp_path: Path) -> EncryptedFile:
    """A file of three chunks and a bit."""
    return made(tmp_path, random.Random(1).randbytes(3 * CHUNK_BYTES + 77))


@pytest.mark.parametrize("length", LENGTHS)
def test_what_was_written_is_read(tmp_path: Path, length: int) -> None:
    data = random.Random(length).randbytes(length)
    file = made(tmp_path, data)
    assert file.read_bytes() == data
    assert file.size() == length
    with file.open() as handle:
        assert handle.read() == data


def test_any_part_is_read_by_itself(tmp_path: Path) -> None:
    chance = random.Random(2)
    data = chance.randbytes(5 * CHUNK_BYTES + 99)
    with made(tmp_path, data).open() as handle:
        for _ in range(200):
            start, length = chance.randrange(len(data) + 10), chance.randrange(2 * CHUNK_BYTES)
            handle.seek(start)
            assert handle.read(length) == data[start : start + length]
        assert handle.seek(-5, os.SEEK_END) == len(data) - 5
        assert handle.read() == data[-5:]
        assert handle.read() == b""


def test_it_does_not_matter_in_which_pieces_it_was_written(tmp_path: Path) -> None:
    chance = random.Random(3)
    data = chance.randbytes(3 * CHUNK_BYTES)
    key = new_file_key()
    with encrypting(tmp_path / "pieces", key) as handle:
        place = 0
        while place < len(data):
            size = chance.choice((1, 17, 5000, CHUNK_BYTES, 70_000))
            handle.write(data[place : place + size])
            place += size
    assert EncryptedFile(tmp_path / "pieces", key).read_bytes() == data


def test_a_header_is_completed_at_the_end(tmp_path: Path) -> None:
    data = random.Random(4).randbytes(2 * CHUNK_BYTES)
    key = new_file_key()
    with encrypting(tmp_path / "file", key) as handle:
        handle.write(bytes(44))
        handle.write(data)
        handle.seek(0)
        handle.write(b"H" * 44)
        handle.seek(0, os.SEEK_END)
        handle.write(b"end")
    assert EncryptedFile(tmp_path / "file", key).read_bytes() == b"H" * 44 + data + b"end"


def test_only_the_beginning_can_be_written_over(tmp_path: Path) -> None:
    def write_in_the_middle() -> None:
        with encrypting(tmp_path / "file", new_file_key()) as handle:
            handle.write(bytes(2 * CHUNK_BYTES))
            handle.seek(CHUNK_BYTES)
            handle.write(b"x")

    with pytest.raises(io.UnsupportedOperation):
        write_in_the_middle()
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_left_of_a_file_that_failed_and_what_was_there_stays(tmp_path: Path) -> None:
    file = made(tmp_path, b"before")

    def fail() -> None:
        with encrypting(file.path, file.key) as handle:
            handle.write(bytes(3 * CHUNK_BYTES))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert file.read_bytes() == b"before"


def test_the_disk_shows_no_byte_of_the_content_and_never_the_same_twice(tmp_path: Path) -> None:
    secret = b"He held my hand, said Kari Nordmann. " * 5000
    key = new_file_key()
    one, two = made(tmp_path, secret, "one", key), made(tmp_path, secret, "two", key)
    stored = one.path.read_bytes()
    for piece in (b"Kari", b"held", b"ordman"):
        assert piece not in stored
    assert stored[HEADER:] != two.path.read_bytes()[HEADER:]
    assert len(stored) == HEADER + len(secret) + 16 * -(-len(secret) // CHUNK_BYTES)
    assert stored[HEADER : HEADER + 16] not in two.path.read_bytes()
    assert one.path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("place", [0, 9, 25, 31, HEADER, HEADER + 1000, HEADER + STORED - 1, -1, -17])
def test_a_changed_byte_is_noticed(three: EncryptedFile, place: int) -> None:
    stored = bytearray(three.path.read_bytes())
    stored[place] ^= 1
    three.path.write_bytes(stored)
    with pytest.raises(FileBroken):
        three.read_bytes()


@pytest.mark.parametrize(
    "left",
    [0, 10, HEADER, HEADER + 5, HEADER + 16, HEADER + STORED, HEADER + 3 * STORED, HEADER + 3 * STORED + 50],
)
def test_a_file_that_is_cut_off_does_not_even_open(three: EncryptedFile, left: int) -> None:
    os.truncate(three.path, left)
    with pytest.raises(FileBroken):
        three.open()


def test_bytes_at_the_end_are_noticed(three: EncryptedFile) -> None:
    with three.path.open("ab") as handle:
        handle.write(bytes(STORED))
    with pytest.raises(FileBroken):
        three.open()


def test_chunks_that_changed_places_are_noticed(three: EncryptedFile) -> None:
    stored = three.path.read_bytes()
    first, second = stored[HEADER : HEADER + STORED], stored[HEADER + STORED : HEADER + 2 * STORED]
    three.path.write_bytes(stored[:HEADER] + second + first + stored[HEADER + 2 * STORED :])
    with pytest.raises(FileBroken):
        three.read_bytes()


def test_a_chunk_left_out_is_noticed(three: EncryptedFile) -> None:
    stored = three.path.read_bytes()
    three.path.write_bytes(stored[: HEADER + STORED] + stored[HEADER + 2 * STORED :])
    with pytest.raises(FileBroken):
        three.read_bytes()


def test_files_and_chunks_of_the_same_key_can_not_be_exchanged(tmp_path: Path) -> None:
    key = new_file_key()
    one = made(tmp_path, bytes(2 * CHUNK_BYTES), "one", key)
    two = made(tmp_path, bytes(2 * CHUNK_BYTES), "two", key)
    stored, other = one.path.read_bytes(), two.path.read_bytes()
    one.path.write_bytes(stored[: HEADER + STORED] + other[HEADER + STORED :])
    with pytest.raises(FileBroken):
        one.open()


def test_another_key_opens_nothing(three: EncryptedFile) -> None:
    with pytest.raises(FileBroken):
        EncryptedFile(three.path, new_file_key()).open()


def test_damage_elsewhere_does_not_keep_a_part_from_being_read(three: EncryptedFile) -> None:
    before = three.read_bytes()
    stored = bytearray(three.path.read_bytes())
    stored[HEADER + STORED + 5] ^= 1
    three.path.write_bytes(stored)
    with three.open() as handle:
        assert handle.read(100) == before[:100]
        handle.seek(CHUNK_BYTES)
        with pytest.raises(FileBroken):
            handle.read(1)


def test_a_key_is_not_shown(three: EncryptedFile) -> None:
    scratch = Scratch.of(three.path.parent, ["a"])
    for value in (three, scratch):
        assert "key=" not in repr(value)
        assert "keys=" not in repr(value)
    assert repr(three.key) not in repr(three)
    assert pickle.loads(pickle.dumps(three)) == three


def test_scratch_files_are_under_keys_of_their_own(tmp_path: Path) -> None:
    scratch = Scratch.of(tmp_path, ["a", "b"])
    for name in ("a", "b"):
        with scratch.writing(name) as handle:
            handle.write(name.encode())
    assert scratch.written("a").read_bytes() == b"a"
    assert scratch.keys["a"] != scratch.keys["b"]
