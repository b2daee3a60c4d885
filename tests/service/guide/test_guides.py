"""Guides as files: read whole or told what is wrong, and found by the places an interview covers."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.guide.guides import keys_of_guides, questions_of, read_guide
from service.naming import InterviewName
from service.study.checking import read_protocol
from service.study.files import template
from service.study.toml_reading import FileInvalid

from .conftest import GUIDE, OTHER_GUIDE

T2, T3, C1 = InterviewName("D03", "T", 2), InterviewName("D03", "T", 3), InterviewName("D03", "C", 1)
PROTOCOL = read_protocol(template("dyads"))


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    (tmp_path / "guides").mkdir()
    (tmp_path / "guides" / "therapist-2.toml").write_text(GUIDE)
    (tmp_path / "guides" / "therapist-3.toml").write_text(OTHER_GUIDE)
    return tmp_path


def test_a_guide_has_its_questions_in_order_with_all_wordings(data_dir: Path) -> None:
    found = questions_of(data_dir, PROTOCOL, [T2])
    assert [one.key for one in found.asked_for] == [
        "therapist-2/beginning",
        "therapist-2/help",
        "therapist-2/ending",
    ]
    assert found.asked_for[0].for_models.wordings == (
        "How did the therapy begin?",
        "What was the first session like?",
    )
    assert found.problems == ()


def test_the_template_is_a_guide() -> None:
    assert len(read_guide(template("guide")).question) == 2


def test_a_merged_interview_has_the_questions_of_both_guides(data_dir: Path) -> None:
    found = questions_of(data_dir, PROTOCOL, [T2, T3])
    assert [one.guide for one in found.asked_for] == ["therapist-2.toml"] * 3 + ["therapist-3.toml"]


def test_a_guide_of_two_waves_is_asked_once(data_dir: Path) -> None:
    same = read_protocol(template("dyads").replace("therapist-3.toml", "therapist-2.toml"))
    assert len(questions_of(data_dir, same, [T2, T3]).asked_for) == 3


def test_without_a_protocol_or_a_place_there_are_no_questions(data_dir: Path) -> None:
    assert questions_of(data_dir, None, [T2]).asked_for == ()
    assert questions_of(data_dir, PROTOCOL, []).asked_for == ()


def test_a_guide_that_is_not_there_is_told_and_the_other_still_holds(data_dir: Path) -> None:
    (data_dir / "guides" / "therapist-2.toml").unlink()
    found = questions_of(data_dir, PROTOCOL, [T2, T3])
    assert [one.key for one in found.asked_for] == ["therapist-3/looking-back"]
    assert [(one.guide, str(one.findings[0])) for one in found.problems] == [
        ("therapist-2.toml", "the file: There is no such file yet.")
    ]


def test_a_guide_that_is_not_text_is_told(data_dir: Path) -> None:
    (data_dir / "guides" / "client-1.toml").write_bytes(b"\xff\xfe title")
    (problem,) = questions_of(data_dir, PROTOCOL, [C1]).problems
    assert str(problem.findings[0]) == "the file: The file can't be read as text."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title = \n", "line 1: This is not TOML"),
        ('title = "T"\n', "the file, question: This key is needed."),
        ('title = "T"\nquestion = []\n', "line 2, question: At least one is needed."),
        (
            'title = "T"\n[[question]]\nid = "a b"\ntext = "Why?"\n',
            "line 3, question[1].id: An id has letters",
        ),
        ('title = "T"\n[[question]]\nid = "a"\n', "line 2, question[1].text: This key is needed."),
        (
            'title = "T"\n[[question]]\nid = "a"\ntext = "Why?"\nalso = "How?"\n',
            "line 5, question[1].also: This must be a list, in [ ].",
        ),
        (
            'title = "T"\n[[question]]\nid = "a"\ntext = "Why?"\nasked = true\n',
            "line 5, question[1].asked: There is no such key here",
        ),
        (
            'title = "T"\n[[question]]\nid = "a"\ntext = "Why?"\n\n[[question]]\nid = "a"\ntext = "How?"\n',
            "line 7, question[2].id: `a` is used twice.",
        ),
    ],
)
def test_what_is_wrong_is_told_by_line_and_key(text: str, said: str) -> None:
    with pytest.raises(FileInvalid) as caught:
        read_guide(text)
    assert said in str(caught.value)
    assert len(caught.value.findings) == 1, "one mistake is told once"


def test_every_wording_changes_the_digest(data_dir: Path) -> None:
    before = questions_of(data_dir, PROTOCOL, [T2]).digest
    file = data_dir / "guides" / "therapist-2.toml"
    file.write_text(GUIDE.replace("first session", "first hour"))
    assert questions_of(data_dir, PROTOCOL, [T2]).digest != before
    file.write_text(GUIDE.replace("The therapist, wave 2", "Another title"))
    assert questions_of(data_dir, PROTOCOL, [T2]).digest == before


def test_the_keys_of_all_guides_leave_out_those_that_cannot_be_read(data_dir: Path) -> None:
    (data_dir / "guides" / "client-1.toml").write_text("title = ")
    keys = keys_of_guides(data_dir, PROTOCOL)
    assert len(keys["therapist-2.toml"]) == 3
    assert keys["client-1.toml"] == keys["client-2.toml"] == frozenset()
