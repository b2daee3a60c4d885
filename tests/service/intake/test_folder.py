"""What counts as a dropped file, and that nothing leads out of the folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.problems import ProblemCode
from service.intake.folder import is_ignored, list_folder, opened_file, shown_path, stem_of


def touch(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"sound")
    return path


def found(root: Path) -> dict[str, ProblemCode | None]:
    return {file.path: file.problem for file in list_folder(root).files}


@pytest.mark.parametrize(
    "name",
    [
        ".D03-T2.m4a",
        "D03-T2.m4a.part",
        "D03-T2.tmp",
        "D03-T2.m4a.CRDOWNLOAD",
        "D03-T2.m4a~",
        "Thumbs.db",
        ".hidden/D03-T2.m4a",
    ],
)
def test_hidden_and_unfinished_files_are_passed_over(tmp_path: Path, name: str) -> None:
    touch(tmp_path / name)
    touch(tmp_path / "seen.m4a")
    assert found(tmp_path) == {"seen.m4a": None}


def test_files_in_sub_folders_are_found_in_the_order_of_their_paths(tmp_path: Path) -> None:
    for name in ("b.wav", "D03/T2.wav", "D03/wave 3/T3.wav", "parts.tmp/a.wav"):
        touch(tmp_path / name)
    assert list(found(tmp_path)) == ["D03/T2.wav", "D03/wave 3/T3.wav", "b.wav", "parts.tmp/a.wav"]
    assert set(list_folder(tmp_path).folders) == {"", "D03", "D03/wave 3", "parts.tmp"}


def test_links_that_lead_out_are_listed_and_not_followed(tmp_path: Path) -> None:
    root = tmp_path / "watched"
    touch(root / "own.wav")
    outside = touch(tmp_path / "private" / "diary.wav")
    (root / "link.wav").symlink_to(outside)
    (root / "link folder").symlink_to(outside.parent)
    (root / "relative.wav").symlink_to("../private/diary.wav")
    (root / "everything").symlink_to("/")
    outside_problem = ProblemCode.OUTSIDE_FOLDER
    assert found(root) == {
        "everything": outside_problem,
        "link folder": outside_problem,
        "link.wav": outside_problem,
        "own.wav": None,
        "relative.wav": outside_problem,
    }


def test_a_folder_whose_name_begins_alike_is_outside(tmp_path: Path) -> None:
    (tmp_path / "watched").mkdir()
    outside = touch(tmp_path / "watched-not" / "diary.wav")
    (tmp_path / "watched" / "link.wav").symlink_to(outside)
    assert found(tmp_path / "watched") == {"link.wav": ProblemCode.OUTSIDE_FOLDER}


def test_a_link_inside_is_a_second_name_of_its_target(tmp_path: Path) -> None:
    touch(tmp_path / "a" / "own.wav")
    (tmp_path / "link.wav").symlink_to("a/own.wav")
    targets = {file.path: file.target for file in list_folder(tmp_path).files}
    assert targets == {"a/own.wav": "a/own.wav", "link.wav": "a/own.wav"}


def test_links_to_hidden_files_and_loops_of_links_are_harmless(tmp_path: Path) -> None:
    touch(tmp_path / ".hidden" / "secret.wav")
    touch(tmp_path / "own.wav")
    (tmp_path / "peek.wav").symlink_to(".hidden/secret.wav")
    (tmp_path / "self").symlink_to("self")
    (tmp_path / "up").symlink_to(".")
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "again").symlink_to("..")
    (tmp_path / "gone.wav").symlink_to("nowhere.wav")
    assert {path for path, problem in found(tmp_path).items() if problem is None} == {"own.wav"}


def test_the_watched_folder_may_itself_be_a_link(tmp_path: Path) -> None:
    touch(tmp_path / "disk" / "own.wav")
    (tmp_path / "disk" / "link.wav").symlink_to("own.wav")
    (tmp_path / "watched").symlink_to("disk")
    assert found(tmp_path / "watched") == {"link.wav": None, "own.wav": None}


def test_pipes_are_passed_over_and_never_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.wav")
    assert found(tmp_path) == {}
    with pytest.raises(OSError, match="regular"), opened_file(tmp_path, "pipe.wav"):
        pass


def test_a_folder_swapped_for_a_link_is_not_entered(tmp_path: Path) -> None:
    root = tmp_path / "watched"
    root.mkdir()
    touch(tmp_path / "private" / "diary.wav")
    (root / "a").symlink_to(tmp_path / "private")
    with pytest.raises(OSError, match="a"), opened_file(root, "a/diary.wav"):
        pass


def test_a_missing_folder_is_an_error_not_an_empty_list(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list_folder(tmp_path / "gone")


def test_ordinary_paths_are_shown_as_they_are() -> None:
    for path in ("D03/T2.m4a", "Åse Æ – samtale №2 🎙️.m4a", "日本語/録音.wav"):
        assert shown_path(path) == path


def test_odd_bytes_and_control_characters_are_shown_escaped() -> None:
    raw = os.fsdecode(b"caf\xe9\n\x1b[31m.wav")
    assert shown_path(raw) == "caf\\xe9\\x0a\\x1b[31m.wav"


@given(st.binary(min_size=1, max_size=300), st.binary(min_size=1, max_size=300))
def test_different_paths_are_shown_differently_and_can_be_stored(one: bytes, other: bytes) -> None:
    first, second = os.fsdecode(one), os.fsdecode(other)
    first.encode("utf-8", "surrogateescape")
    shown_path(first).encode()
    assert (shown_path(first) == shown_path(second)) == (first == second)


def test_paths_too_long_for_a_database_key_stay_distinct() -> None:
    paths = [f"{'deep folder/' * 300}{name}.wav" for name in ("a", "b")] + ["é" * 4000]
    shown = {shown_path(path) for path in paths}
    assert len(shown) == 3
    assert all(len(text.encode()) <= 2_000 for text in shown)


def test_only_the_extension_is_taken_off() -> None:
    assert stem_of("wave 1/D03-T2.edited.m4a") == "wave 1/D03-T2.edited"
    assert stem_of("D03/T2") == "D03/T2"
    assert not is_ignored("D03-T2.m4a")
