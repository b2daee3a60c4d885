"""Each format opens in a reader that somebody else wrote, and says what it should."""

from __future__ import annotations

import csv
import io
import json
import uuid
import zipfile
from pathlib import Path

import docx
import pyarrow.parquet as pq
import pympi
import pytest
import srt
import webvtt
from praatio import textgrid

from models.audio.portable import SoundForm
from models.codec import from_json
from models.values import Transcript
from service.coding import codebook, codings
from service.coding.codebook import CodeWords
from service.coding.codings import Place
from service.coding.exports.codebook_writing import codebook_csv
from service.coding.exports.columns import CODINGS, MARKERS, dictionary
from service.coding.exports.formats import FACTS, Format
from service.coding.store import CodingStore, set_coded
from service.coding.writing import writing
from tests.service.coding.exports.made import ANN, BENS, FIRST, LEA, made, study_of
from tests.service.conftest import CONVERSATION, INTERVIEW


def unzipped(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_webvtt_and_subrip_have_a_cue_for_each_utterance(store: CodingStore) -> None:
    cues = webvtt.from_string(made(store, Format.VTT).decode())
    subtitles = list(srt.parse(made(store, Format.SRT).decode(), ignore_errors=False))
    assert len(cues) == len(subtitles) == len(CONVERSATION)
    assert (cues[0].start_in_seconds, cues[0].voice) == (1, "Interviewer")
    assert [one.index for one in subtitles] == [1, 2, 3, 4]
    assert subtitles[0].start.total_seconds() == 1.0
    assert subtitles[0].content == f"Interviewer: {CONVERSATION[0][1]}"


def test_plain_text_and_data_are_those_of_the_transcript(store: CodingStore) -> None:
    assert made(store, Format.TEXT).decode().startswith("[00:00:01] Interviewer: How did it begin, Kari?\n")
    read = from_json(Transcript, made(store, Format.JSON))
    assert [one.text for one in read.utterances] == [text for _, text in CONVERSATION]


def test_elan_has_tiers_for_speakers_words_coders_and_markers(store: CodingStore, tmp_path: Path) -> None:
    files = unzipped(made(store, Format.EAF, sound=SoundForm.WAV))
    assert sorted(files) == ["D03-T2.eaf", "D03-T2.wav"]
    (tmp_path / "D03-T2.eaf").write_bytes(files["D03-T2.eaf"])
    read = pympi.Elan.Eaf(str(tmp_path / "D03-T2.eaf"))
    assert list(read.get_tier_names()) == [
        "Interviewer",
        "Interviewer words",
        "Participant",
        "Participant words",
        "codes ann",
        "codes ann 2",
        "codes ben",
        "marker pause",
    ]
    assert read.get_annotation_data_for_tier("Interviewer")[0][:3] == (1000, 3000, "How did it begin, Kari?")
    coded = sorted(read.get_annotation_data_for_tier("codes ann"))
    assert [one[2] for one in coded] == ["care", "(no code)"]
    assert [one[2] for one in read.get_annotation_data_for_tier("codes ann 2")] == ["hands"]
    assert read.get_linked_files()[0]["RELATIVE_MEDIA_URL"] == "./D03-T2.wav"


def test_praat_has_the_same_tiers_without_gaps(store: CodingStore, tmp_path: Path) -> None:
    (tmp_path / "D03-T2.TextGrid").write_bytes(made(store, Format.TEXTGRID))
    read = textgrid.openTextgrid(str(tmp_path / "D03-T2.TextGrid"), True, reportingMode="error")
    assert read.validate("error")
    assert read.tierNames[:2] == ("Interviewer", "Interviewer words")
    said = [one for one in read.getTier("Interviewer").entries if one.label]
    assert (said[0].start, said[0].end, said[0].label) == (1.0, 3.0, "How did it begin, Kari?")
    for tier in read.tiers:
        edges = [0.0, *(one.end for one in tier.entries)]
        assert [one.start for one in tier.entries] == edges[:-1]
        assert edges[-1] == read.maxTimestamp


def test_word_has_what_is_said_and_codings_as_comments_at_their_words(store: CodingStore) -> None:
    read = docx.Document(io.BytesIO(made(store, Format.DOCX)))
    said = [one.text for one in read.paragraphs]
    assert said[0] == "D03-T2"
    assert f"[00:00:01] Interviewer: {CONVERSATION[0][1]}" in said
    comments = {one.author: one.text for one in read.comments if "no code" not in one.text}
    assert set(comments) == {"ann", "ben"}
    assert comments["ann"].splitlines()[0] == "care (70)"
    assert "hands" in comments["ann"]
    assert "& <b>" in comments["ann"]
    marked = {}
    for paragraph in read.paragraphs:
        within: set[str] = set()
        for element in paragraph._p.iterchildren():
            number = element.get(docx.oxml.ns.qn("w:id"))
            if element.tag.endswith("commentRangeStart"):
                within.add(number)
            elif element.tag.endswith("commentRangeEnd"):
                within.discard(number)
            elif element.tag.endswith("}r"):
                for one in within:
                    marked[one] = marked.get(one, "") + (element.text or "")
    assert sorted(text.strip() for text in marked.values()) == [
        "He held my hand.",
        "know",
        "my hand. I don't",
    ]


def test_a_word_document_names_no_other_program_and_shows_no_other_page(store: CodingStore) -> None:
    content = made(store, Format.DOCX)
    files = unzipped(content)
    assert [name for name in files if name.startswith("docProps/")] == ["docProps/core.xml"]
    assert not any(
        word in part for word in (b"Macintosh", b"docProps/app", b"thumbnail") for part in files.values()
    )
    assert docx.Document(io.BytesIO(content)).core_properties.author == "Lytt"


def test_csv_is_safe_to_open_in_a_spreadsheet_and_parquet_holds_what_was_written(store: CodingStore) -> None:
    code_id, formula = str(uuid.uuid4()), '=HYPERLINK("http://x")'
    with writing(store.engine) as connection:
        codebook.add_code(connection, "lea", code_id, CodeWords(formula, "@SUM(A1)"))
        codings.add_coding(connection, "ann", INTERVIEW, str(uuid.uuid4()), Place(1, 2), code_id)
    texts, tables = unzipped(made(store, Format.CSV)), unzipped(made(store, Format.PARQUET))
    for name, column in (("codings", "code"), ("codings", "code_path"), ("codes", "code")):
        rows = csv.DictReader(io.StringIO(texts[f"{name}.csv"].decode(), newline=""))
        whole = pq.read_table(io.BytesIO(tables[f"{name}.parquet"])).column(column).to_pylist()
        assert f"'{formula}" in [row[column] for row in rows]
        assert formula in whole
    study, _ = study_of(store)
    book = csv.DictReader(io.StringIO(codebook_csv(study).decode(), newline=""))
    (row,) = [one for one in book if one["id"] == code_id]
    assert (row["code"], row["definition"]) == (f"'{formula}", "'@SUM(A1)")


def test_csv_and_parquet_hold_the_same_rows_and_say_what_each_column_is(store: CodingStore) -> None:
    texts, tables = unzipped(made(store, Format.CSV)), unzipped(made(store, Format.PARQUET))
    for name in ("interviews", "codings", "codes", "markers"):
        rows = list(csv.DictReader(io.StringIO(texts[f"{name}.csv"].decode(), newline="")))
        table = pq.read_table(io.BytesIO(tables[f"{name}.parquet"]))
        assert list(rows[0]) == table.column_names
        held = table.to_pylist()
        assert len(held) == len(rows) > 0
        for row, other in zip(rows, held, strict=True):
            for column, value in other.items():
                if isinstance(value, str | int) and not isinstance(value, bool):
                    assert row[column] == str(value)
        for field in table.schema:
            assert field.metadata[b"meaning"]
    codings = {
        row["coding"]: row for row in csv.DictReader(io.StringIO(texts["codings.csv"].decode(), newline=""))
    }
    first = codings[FIRST]
    assert (first["coder"], first["code_path"], first["themes"], first["weight"]) == (
        "ann",
        "care",
        "closeness",
        "70",
    )
    assert (first["text"], first["speaker_role"]) == ("He held my hand.", "participant")
    assert int(first["end_ms"]) - int(first["start_ms"]) == 1600
    assert "on coding" in first["memos"]
    markers = list(csv.DictReader(io.StringIO(texts["markers.csv"].decode(), newline="")))
    assert json.loads(markers[0]["evidence"]) == {"length_ms": 1500.0}
    told = list(csv.DictReader(io.StringIO(texts["data_dictionary.csv"].decode())))
    assert len(told) == len(list(dictionary()))
    assert {one["column"] for one in told if one["table"] == "codings"} == {one.name for one in CODINGS}
    assert {one["column"] for one in told if one["table"] == "markers"} == {one.name for one in MARKERS}


@pytest.mark.parametrize("form", [one for one in Format if one is not Format.QDC])
def test_no_format_shows_what_another_coded_before_both_are_ready(store: CodingStore, form: Format) -> None:
    def seen(content: bytes) -> str:
        """All that is in the file, its parts one after the other."""
        if not content.startswith(b"PK"):
            return content.decode()
        parts = unzipped(content)
        if form is Format.PARQUET:
            return "".join(
                str(pq.read_table(io.BytesIO(part)).to_pylist())
                for name, part in parts.items()
                if name.endswith(".parquet")
            )
        return "".join(part.decode("utf-8", "replace") for part in parts.values())

    others = made(store, form, ANN, sound=SoundForm.MP3)
    everybodys = made(store, form, LEA, sound=SoundForm.MP3)
    hidden = ("on interview", BENS)
    assert not any(one in seen(others) for one in hidden)
    codings_shown = {"codings", "memos"} & {str(one) for one in FACTS[form].choices}
    assert (others == everybodys) == (not codings_shown)
    with writing(store.engine) as connection:
        set_coded(connection, INTERVIEW, "ann", True)
        set_coded(connection, INTERVIEW, "ben", True)
    assert made(store, form, ANN, sound=SoundForm.MP3) == everybodys


@pytest.mark.parametrize("form", [one for one in Format if FACTS[one].each])
def test_with_sound_a_file_lies_beside_it(store: CodingStore, form: Format) -> None:
    content = made(store, form, sound=SoundForm.MP3)
    if form is Format.DOCX:
        assert docx.Document(io.BytesIO(content)).paragraphs
        return
    files = unzipped(content)
    assert sorted(files) == sorted(["D03-T2.mp3", f"D03-T2.{FACTS[form].ending}"])
    assert files["D03-T2.mp3"].startswith(b"sound of D03-T2 0-")
