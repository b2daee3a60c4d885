"""What is told of an export before it is made, and what becomes of interviews that go while it is made."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from models.audio.portable import SoundForm
from models.values import Span
from service.coding.exports.formats import Format
from service.coding.exports.gathering import NotThereNow, gather, read_sound
from service.coding.exports.making import make
from service.coding.exports.taking_out import size_up, take_out
from service.coding.exports.values import NoExport, Options
from service.coding.files import CodingFiles
from service.coding.store import CodingStore, Origin, list_released, receive, withdraw
from service.coding.writing import writing
from service.naming import InterviewName
from tests.service.coding.exports.made import LEA, sounds
from tests.service.coding.test_codings import store_at
from tests.service.conftest import CONVERSATION, INTERVIEW, make_transcript


def add(store: CodingStore, number: int, words: int) -> None:
    """Another released interview with that many words."""
    chance = random.Random(number)
    spoken = [text for _, line in CONVERSATION for text in line.split()]
    lines = [
        (f"S{1 + at % 2}", " ".join(chance.choices(spoken, k=10)) + f" {chance.randrange(10**6)}.")
        for at in range(words // 11)
    ]
    with writing(store.engine) as connection:
        places = (InterviewName("D04", "C", number),)
        receive(connection, f"{number:032x}", Origin(places), make_transcript(*lines), 1)


def test_the_size_that_is_told_is_about_that_of_the_file(store: CodingStore) -> None:
    """Of tables it depends on how much is coded and marked, which is little here."""
    for number in (1, 2):
        add(store, number, 1100)
    with store.engine.connect() as connection:
        both = [one for one in list_released(connection) if one.group == "D04"]
    for form in set(Format) - {Format.QDC, Format.CSV, Format.PARQUET}:
        for chosen in (both[:1], both):
            told = size_up(store, LEA, chosen, form, Options())
            size = len(b"".join(take_out(store, LEA, chosen, form, Options()).blocks))
            assert told.interviews == len(chosen)
            assert size / 3 < told.bytes < size * 3, (form, size, told)


def test_several_interviews_are_several_files_by_study_id(store: CodingStore) -> None:
    add(store, 1, 100)
    with store.engine.connect() as connection:
        chosen = list_released(connection)
    made = take_out(store, LEA, chosen, Format.SRT, Options())
    assert (made.name, made.media_type) == ("interviews-srt.zip", "application/zip")
    content = b"".join(made.blocks)
    assert b"D03-T2.srt" in content
    assert b"D04-C1.srt" in content


def test_an_interview_that_goes_meanwhile_is_left_out(store: CodingStore) -> None:
    add(store, 1, 100)
    with store.engine.connect() as connection:
        chosen = list_released(connection)
    blocks = make(gather(store, LEA, chosen, Options()), Format.TEXT, Options(), sounds).blocks
    with writing(store.engine) as connection:
        withdraw(connection, INTERVIEW)
    content = b"".join(blocks)
    assert b"D04-C1.txt" in content
    assert b"D03-T2.txt" not in content


def test_sound_that_is_not_there_breaks_the_export_and_leaves_nothing(
    store: CodingStore, tmp_path: Path
) -> None:
    files = CodingStore(store.engine, CodingFiles(tmp_path / "coding", b"k" * 32))
    (tmp_path / "coding").mkdir()
    with store.engine.connect() as connection:
        chosen = list_released(connection)
    study = gather(store, LEA, chosen, Options())
    (interview,) = study.interviews
    with pytest.raises(NotThereNow):
        list(read_sound(files, interview, Span(0, 1000), SoundForm.MP3))
    assert list((tmp_path / "coding").iterdir()) == []


def test_there_is_no_codebook_without_a_code_and_no_export_without_an_interview(tmp_path: Path) -> None:
    empty = store_at(f"sqlite:///{tmp_path / 'empty.sqlite'}")
    with pytest.raises(NoExport, match="no code in the codebook"):
        take_out(empty, LEA, (), Format.QDC, Options())
    with pytest.raises(NoExport, match="no released interview"):
        take_out(empty, LEA, (), Format.TEXT, Options())
