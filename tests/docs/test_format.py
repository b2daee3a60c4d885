"""docs/format.md describes the document that the code reads and writes."""

from __future__ import annotations

import dataclasses
import json
import re
from itertools import pairwise

import pytest

from models.codec import from_json, to_json
from models.markers import RULES_VERSION
from models.values import TRANSCRIPT_FORMAT, Marker, Provenance, Speaker, Transcript, Turn, Utterance, Word

from .conftest import ROOT, sections, table_rows

FORMAT = (ROOT / "docs" / "format.md").read_text(encoding="utf-8")
MARKERS = (ROOT / "docs" / "markers.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def example() -> str:
    found = re.search(r"```json\n(.*?)```", FORMAT, re.DOTALL)
    assert found, "docs/format.md has no example"
    return found[1]


def test_the_example_is_a_transcript_and_comes_back_unchanged(example: str) -> None:
    read = from_json(Transcript, example.encode())
    assert json.loads(to_json(read)) == json.loads(example)
    assert read.format == TRANSCRIPT_FORMAT


def test_the_example_keeps_the_invariants(example: str) -> None:
    read = from_json(Transcript, example.encode())
    words = [word for utterance in read.utterances for word in utterance.words]
    assert len({word.id for word in words}) == len(words)
    assert all(word.speaker == utterance.speaker for utterance in read.utterances for word in utterance.words)
    assert all(a.end_ms <= b.start_ms for a, b in pairwise(words))
    assert all(0 <= word.start_ms <= word.end_ms <= read.duration_ms for word in words)
    for utterance in read.utterances:
        assert (utterance.start_ms, utterance.end_ms) == (
            utterance.words[0].start_ms,
            utterance.words[-1].end_ms,
        )
    for speaker in read.speakers:
        assert speaker.words == sum(word.speaker == speaker.label for word in words)
        assert speaker.speech_ms == sum(
            turn.end_ms - turn.start_ms for turn in read.turns if turn.speaker == speaker.label
        )


def test_every_part_of_a_transcript_is_described() -> None:
    described = {row[0].strip("`") for row in table_rows(sections(FORMAT)["Fields"])}
    assert described == {field.name for field in dataclasses.fields(Transcript)} | {"words"}


@pytest.mark.parametrize(
    "part", [Speaker, Utterance, Word, Turn, Marker, Provenance], ids=lambda part: part.__name__
)
def test_every_field_of_every_part_is_shown(part: type, example: str) -> None:
    for field in dataclasses.fields(part):
        assert f'"{field.name}"' in example


def test_the_newest_versions_are_in_the_tables() -> None:
    assert table_rows(sections(FORMAT)["Versions"])[-1][0] == str(TRANSCRIPT_FORMAT)
    assert table_rows(sections(MARKERS)["Versions of the rules"])[-1][0] == RULES_VERSION
