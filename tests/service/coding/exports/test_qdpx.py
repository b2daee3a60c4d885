"""REFI-QDA projects and codebooks: read back, and held to the rules of the schema."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

import pytest
from lxml import etree
from pyrefiqda import RefiCodebook, RefiProject

from models.audio.portable import SoundForm
from service.coding.exports.formats import Format
from service.coding.exports.qdpx import PROJECT_NAMESPACE
from service.coding.store import CodingStore, set_coded
from service.coding.writing import writing
from tests.service.coding.exports.made import (
    ANN,
    BENS,
    CARE,
    FIRST,
    HANDS,
    SECOND,
    THEME,
    made,
)
from tests.service.conftest import INTERVIEW

SCHEMAS = [up / "shared" / "schema" / "QDA-XML-1.0.xsd" for up in Path(__file__).parents[5:]]
SCHEMA = next((one for one in SCHEMAS if one.is_file()), SCHEMAS[0])
ORDER = {
    "Project": "Users CodeBook Variables Cases Sources Notes Links Sets Graphs Description NoteRef",
    "Code": "Description NoteRef Code",
    "Case": "Description CodeRef VariableValue SourceRef SelectionRef",
    "AudioSource": "Description Transcript AudioSelection Coding NoteRef VariableValue",
    "TextSource": "Description PlainTextContent PlainTextSelection Coding NoteRef VariableValue",
    "Note": "Description PlainTextContent PlainTextSelection Coding NoteRef VariableValue",
    "Transcript": "Description PlainTextContent SyncPoint TranscriptSelection NoteRef",
    "AudioSelection": "Description Coding NoteRef",
    "PlainTextSelection": "Description Coding NoteRef",
    "Coding": "CodeRef NoteRef",
    "Set": "Description MemberCode MemberSource MemberNote",
    "VariableValue": "VariableRef TextValue BooleanValue IntegerValue FloatValue DateValue DateTimeValue",
}
"""The order of children that QDA-XML 1.0 asks for."""
OPTIONS = [
    {"sound": SoundForm.MP3},
    {"sound": None},
    {"sound": SoundForm.WAV, "codings": False, "memos": False},
]


def project(content: bytes) -> tuple[ET.Element, dict[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        files = {name: archive.read(name) for name in archive.namelist()}
    return ET.fromstring(files["project.qde"]), files


def found(root: ET.Element, tag: str) -> list[ET.Element]:
    return list(root.iter(f"{{{PROJECT_NAMESPACE}}}{tag}"))


@pytest.mark.parametrize("options", OPTIONS)
def test_children_stand_in_order_ids_are_unique_and_every_reference_leads_somewhere(
    store: CodingStore, options: dict[str, object]
) -> None:
    root, files = project(made(store, Format.QDPX, **options))
    ids = [element.attrib["guid"] for element in root.iter() if "guid" in element.attrib]
    assert len(ids) == len(set(ids)) > 10
    for element in root.iter():
        order = ORDER.get(element.tag.rpartition("}")[2])
        if order is not None:
            places = [order.split().index(below.tag.rpartition("}")[2]) for below in element]
            assert places == sorted(places), element.tag
        for name in ("targetGUID", "creatingUser", "creatingUserGUID", "modifyingUser"):
            assert element.attrib.get(name, ids[0]) in ids
        for name in ("path", "plainTextPath"):
            if name in element.attrib:
                assert f"sources/{element.attrib[name].removeprefix('internal://')}" in files
    names = [element.attrib["name"].casefold() for element in found(root, "Code")]
    assert len(names) == len(set(names))


@pytest.mark.skipif(not SCHEMA.is_file(), reason="the official schema is not part of the project")
@pytest.mark.parametrize("options", OPTIONS)
def test_the_official_schema_finds_nothing(store: CodingStore, options: dict[str, object]) -> None:
    _, files = project(made(store, Format.QDPX, **options))
    schema = etree.XMLSchema(etree.parse(str(SCHEMA)))
    assert schema.validate(etree.fromstring(files["project.qde"])), schema.error_log


def test_a_reader_finds_sound_transcript_codes_codings_memos_and_cases(
    store: CodingStore, tmp_path: Path
) -> None:
    (tmp_path / "study.qdpx").write_bytes(made(store, Format.QDPX, sound=SoundForm.MP3, markers=False))
    read = RefiProject.load(tmp_path / "study.qdpx", str(tmp_path / "out"))
    names = {user.guid: user.name for user in read.users.user}
    assert set(names.values()) == {"Lytt", "ann", "ben", "lea"}
    top = read.code_book.codes.code
    assert [(one.guid, one.name, one.color) for one in top] == [(CARE, "care", "#2f6f8f")]
    assert "Caring" in top[0].description
    assert "Example: he held my hand" in top[0].description
    assert [one.guid for one in top[0].code] == [HANDS]
    (source,) = read.sources.audio_source
    assert (source.name, source.path) == ("D03-T2.mp3", "internal://D03-T2.mp3")
    selections = [
        (names[one.creating_user], one.begin, one.end, sorted(coding.guid for coding in one.coding))
        for one in source.audio_selection
    ]
    assert [(coder, ids) for coder, _, _, ids in sorted(selections)] == [
        ("ann", sorted([FIRST, SECOND])),
        ("ann", []),
        ("ben", [BENS]),
    ]
    assert source.audio_selection[0].description == "care: weight 70"
    (case,) = read.cases.case
    assert (case.name, [one.target_guid for one in case.source_ref]) == ("D03-T", [source.guid])
    values = {
        one.variable_ref.target_guid: one.text_value or one.integer_value for one in source.variable_value
    }
    called = {one.guid: one.name for one in read.variables.variable}
    assert {called[guid]: value for guid, value in values.items()} == {"group": "D03", "role": "T", "wave": 2}
    notes = {one.guid: one.plain_text_content for one in read.notes.note}
    assert len(notes) == 8
    assert all("\x07" not in text and "& <b>" in text for text in notes.values())
    theme, group = read.sets.set
    assert [one.target_guid for one in theme.member_code] == [CARE, HANDS]
    assert [notes[one.target_guid].split(",")[0] for one in group.member_note] == [
        "on group",
        "on participant",
    ]
    assert [notes[one.target_guid].split(",")[0] for one in read.note_ref] == ["on study"]
    assert (tmp_path / "out" / "sources" / "D03-T2.mp3").read_bytes().startswith(b"sound of D03-T2 0-")


def test_sync_points_stand_at_the_edges_of_utterances(store: CodingStore) -> None:
    root, files = project(made(store, Format.QDPX, sound=SoundForm.MP3))
    text = files["sources/D03-T2.txt"].decode()
    assert not text.startswith("\ufeff")
    assert "\r" not in text
    points = [(int(one.attrib["timeStamp"]), int(one.attrib["position"])) for one in found(root, "SyncPoint")]
    first, second = points[:2]
    assert text[first[1] : second[1]] == "[00:00:01] Interviewer: How did it begin, Kari?"
    assert (first[0], second[0]) == (1000, 3000)
    assert points == sorted(points)


def test_without_sound_codings_stand_at_the_characters_of_their_words(store: CodingStore) -> None:
    root, files = project(made(store, Format.QDPX, sound=None))
    text = files["sources/D03-T2.txt"].decode()
    assert sorted(files) == ["project.qde", "sources/D03-T2.txt"]
    coded = [
        text[int(one.attrib["startPosition"]) : int(one.attrib["endPosition"])]
        for one in found(root, "PlainTextSelection")
    ]
    assert coded == ["He held my hand.", "my hand. I don't", "know"]
    assert found(root, "AudioSelection") == []


def test_markers_are_codes_of_their_own_where_they_are_wanted(store: CodingStore) -> None:
    root, _ = project(made(store, Format.QDPX, sound=SoundForm.MP3, codings=False))
    names = {one.attrib["guid"]: one.attrib["name"] for one in found(root, "Code")}
    used = {names[one.attrib["targetGUID"]] for one in found(root, "CodeRef")}
    assert used == {"Marker pause"}
    without, _ = project(made(store, Format.QDPX, sound=SoundForm.MP3, markers=False))
    assert "Markers" not in [one.attrib["name"] for one in found(without, "Code")]


def test_the_same_state_gives_the_same_bytes(store: CodingStore) -> None:
    assert made(store, Format.QDPX, sound=SoundForm.MP3) == made(store, Format.QDPX, sound=SoundForm.MP3)


def test_a_coder_takes_out_what_that_coder_may_see(store: CodingStore) -> None:
    def coders() -> set[str]:
        root, _ = project(made(store, Format.QDPX, ANN, sound=SoundForm.MP3))
        return {BENS, FIRST} & {one.attrib["guid"] for one in found(root, "Coding")}

    assert coders() == {FIRST}
    with writing(store.engine) as connection:
        set_coded(connection, INTERVIEW, "ann", True)
        set_coded(connection, INTERVIEW, "ben", True)
    assert coders() == {FIRST, BENS}


def test_a_codebook_is_read_back_with_its_tree_and_themes(store: CodingStore, tmp_path: Path) -> None:
    (tmp_path / "codebook.qdc").write_bytes(made(store, Format.QDC))
    read = RefiCodebook.load(tmp_path / "codebook.qdc")
    (care,) = read.codes.code
    assert (care.guid, care.name, care.is_codable, care.color) == (CARE, "care", True, "#2f6f8f")
    assert [one.name for one in care.code] == ["hands"]
    (theme,) = read.sets.set
    assert (theme.guid, theme.name, [one.guid for one in theme.member_code]) == (
        THEME,
        "closeness",
        [CARE, HANDS],
    )
