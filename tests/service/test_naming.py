"""How names of files, and what people type, become interview ids."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.naming import InterviewName, compile_pattern, parse_name, parse_reference
from service.settings import Settings

PATTERN: str = Settings.model_fields["name_pattern"].default
D03_T2 = InterviewName("D03", "T", 2)


@pytest.mark.parametrize(
    "text",
    [
        "D03-T2",
        "D03/T2",
        "d3_t2",
        "D03 T2",
        "d3t2",
        "D003-T02",
        "wave 2/D03-T2",
        "2024/therapists/d3/t2",
        " D03-T2 ",
        "D03 - T2",
        "D03\u2013T2",
        "D03\u00a0T2",
    ],
)
def test_one_interview_written_in_many_ways(text: str) -> None:
    assert parse_name(text, PATTERN) == D03_T2


@pytest.mark.parametrize(
    "text",
    [
        "D03-T2 (copy)",
        "D03-T2 copy",
        "Copy of D03-T2",
        "D03-T2-1",
        "D03-T2_final",
        "D03-T2.edited",
        "D03-T2/part 1",
        "T2",
        "D03",
        "",
        "/",
        "interview",
        "2024-05-17 10.32",
        "D03-T20240517",
        "D03-T\udce9",
        "D03-T\x002",
        "D03--T2",
    ],
)
def test_anything_but_a_whole_name_is_no_interview_id(text: str) -> None:
    assert parse_name(text, PATTERN) is None


def test_the_name_nearest_to_the_file_wins() -> None:
    assert parse_name("D01-T1/D03-T2", PATTERN) == D03_T2


def test_groups_beyond_ninety_nine_keep_their_number() -> None:
    name = parse_name("d123-c10", PATTERN)
    assert name is not None
    assert name.study_id == "D123-C10"


def test_a_name_of_a_thousand_zeros_is_refused_at_once() -> None:
    assert parse_name("D" + "0" * 100_000 + "x", PATTERN) is None


def test_a_study_may_set_its_own_pattern() -> None:
    pattern = r"(?P<group>P\d+)_(?P<role>client|therapist)_w(?P<wave>\d)"
    name = parse_name("site A/p7_client_w3", pattern)
    assert name == InterviewName("P07", "CLIENT", 3)
    assert parse_name("D03-T2", pattern) is None
    assert parse_reference("p7_client_w3", pattern) == name
    assert parse_reference("P07-CLIENT3", pattern) == name


@pytest.mark.parametrize("text", ["a b/c1", "g/r-1"])
def test_a_pattern_that_takes_anything_still_gives_ids_that_can_be_typed(text: str) -> None:
    generous = r"(?P<group>.+?)[-/](?P<role>.+?)(?P<wave>\d+)"
    name = parse_name(text, generous)
    assert name is None or parse_reference(name.study_id, generous) == name


@pytest.mark.parametrize("pattern", ["(", r"(?P<group>\w+)-(?P<role>\w)"])
def test_an_unusable_pattern_is_named_as_such(pattern: str) -> None:
    with pytest.raises(ValueError, match="name_pattern"):
        compile_pattern(pattern)


@pytest.mark.parametrize("text", ["D03-T2", "d3_t2", "d3t2", "D03/T2", "D03-T2.m4a", " d03 t2 "])
def test_people_may_type_an_interview_as_they_like(text: str) -> None:
    assert parse_reference(text, PATTERN) == D03_T2


@pytest.mark.parametrize("text", ["", "everything", "D03", "folder/D03-T2", "D03-T2 (copy)", "x" * 100_000])
def test_what_is_no_reference_gives_none(text: str) -> None:
    assert parse_reference(text, PATTERN) is None


_GROUPS = st.builds(
    lambda letters, number: f"{letters}{number:02d}",
    st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=6),
    st.integers(0, 9999),
)
_NAMES = st.builds(InterviewName, _GROUPS, st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), st.integers(0, 999))


@given(_NAMES, st.sampled_from(["-", "_", "/", " ", ""]), st.booleans(), st.integers(0, 2))
def test_every_id_is_read_back_however_it_is_written(
    name: InterviewName, separator: str, lower: bool, zeros: int
) -> None:
    text = f"{name.group}{separator}{name.role}{'0' * zeros}{name.wave}"
    if lower:
        text = text.lower()
    assert parse_name(text, PATTERN) == name
    assert parse_name(f"some folder/{text}", PATTERN) == name
    assert parse_reference(text, PATTERN) == name


@given(st.text(st.characters(codec=None), max_size=300))
def test_no_text_at_all_breaks_the_parser(text: str) -> None:
    for name in (parse_name(text, PATTERN), parse_reference(text, PATTERN)):
        if name is not None:
            assert parse_reference(name.study_id, PATTERN) == name


def test_naming_loads_nothing_heavy() -> None:
    code = (
        "import sys, service.naming\n"
        "print([m for m in ('sqlalchemy', 'pydantic', 'numpy', 'torch') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
