"""What study.toml may say, and how what is wrong with it is told."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.naming import InterviewName
from service.study.checking import read_protocol
from service.study.files import protocol_schema, template, write_template
from service.study.protocol import Consent, Kind, Protocol
from service.study.toml_lines import lines_of
from service.study.toml_reading import FileInvalid, key_of

SMALL = """\
title = "A study"
consent = ["transcribe"]

[[role]]
code = "T"
name = "therapist"
  [[role.interview]]
  wave = 1
  kind = "background"
  [[role.interview]]
  wave = 2

[[role]]
code = "C"
name = "client"
  [[role.interview]]
  wave = 1
  [[role.interview]]
  wave = 2

[[interviewer]]
id = "I1"

[[group]]
id = "d3"
  [[group.participant]]
  role = "C"
  merged = [[1, 2]]
  consent = ["transcribe", "voiceprint"]
  left_on = 2024-05-01

[[group]]
id = "D04"
roles = ["T"]
"""


def findings(text: str) -> list[str]:
    with pytest.raises(FileInvalid) as invalid:
        read_protocol(text)
    return [str(one) for one in invalid.value.findings]


def line(text: str, part: str) -> int:
    return next(number for number, one in enumerate(text.splitlines(), start=1) if part in one)


def test_a_protocol_says_who_is_interviewed_when() -> None:
    protocol = read_protocol(SMALL)
    assert list(protocol.participants) == ["D03-T", "D03-C", "D04-T"]
    assert [place.study_id for place in protocol.places] == [
        "D03-T1",
        "D03-T2",
        "D03-C1",
        "D03-C2",
        "D04-T1",
        "D04-T2",
    ]
    client = protocol.participants["D03-C"]
    assert client.consent == {Consent.TRANSCRIBE, Consent.VOICEPRINT}
    assert client.person.left_on == date(2024, 5, 1)
    assert protocol.participants["D03-T"].consent == {Consent.TRANSCRIBE}
    assert protocol.places[InterviewName("D03", "T", 1)].expected.kind is Kind.BACKGROUND
    both = (InterviewName("D03", "C", 1), InterviewName("D03", "C", 2))
    assert protocol.covered(both[1]) == both
    assert protocol.covered(InterviewName("D03", "T", 1)) == (InterviewName("D03", "T", 1),)
    assert (protocol.role_code("Client"), protocol.role_code("t"), protocol.role_code("x")) == (
        "C",
        "T",
        None,
    )


def test_who_withdrew_consents_to_nothing() -> None:
    text = SMALL.replace("left_on = 2024-05-01", "withdrawn_on = 2024-05-01")
    assert read_protocol(text).participants["D03-C"].consent == frozenset()


@pytest.mark.parametrize("name", ["dyads", "single"])
def test_the_templates_are_protocols(name: str) -> None:
    protocol = read_protocol(template(name))
    assert len(protocol.places) == {"dyads": 66, "single": 6}[name]


@pytest.mark.parametrize(
    ("old", "new", "at", "said"),
    [
        ('title = "A study"', "title = 5", "title", "title: This must be text, in quotes."),
        (
            'kind = "background"',
            'kinds = "background"',
            "kinds",
            "kinds: There is no such key here; check its spelling.",
        ),
        ('roles = ["T"]', 'roles = ["T", "X"]', "roles", "group[2].roles[2]: There is no role `X`"),
        ('role = "C"', 'role = "Q"', "role =", "group[1].participant[1].role: There is no role `Q`"),
        ("merged = [[1, 2]]", "merged = [[1, 3]]", "merged", "merged[1]: This role has no wave 3."),
        (
            "merged = [[1, 2]]",
            "merged = [[1, 1]]",
            "merged",
            "merged[1]: A wave can be merged with one other",
        ),
        ("2024-05-01", '"soon"', "left_on", "group[1].participant[1].left_on: "),
        (
            '"voiceprint"]',
            '"everything"]',
            'consent = ["transcribe", ',
            "consent[2]: This must be 'transcribe'",
        ),
        ('id = "d3"', 'id = "D 3"', "D 3", "group[1].id: An id has letters and digits, such as D03."),
        ('id = "D04"', 'id = "D3"', '"D3"', "group[2].id: `D03` is used twice."),
        (
            'name = "client"',
            'name = "Interviewer"',
            "Interviewer",
            "role[2].name: `Interviewer` has a meaning",
        ),
        (
            'title = "A study"',
            'title = "A study"\nspeakers = 0',
            "speakers",
            "speakers: This must be a number",
        ),
        (
            'title = "A study"',
            'title = "A study"\nfile_names = [\n"{group}-{role}{wave}",\n"{any}"]',
            '"{any}"',
            "file_names[2]: `{any}` matches no interview: it has no {group} and no {role} and no {wave}.",
        ),
        (
            'title = "A study"',
            'title = "A study"\nfile_names = ["{group}-{rolle}{wave}"]',
            "file_names",
            "file_names[1]: `{group}-{rolle}{wave}` has {rolle}; there are {group}, {role}, {wave}",
        ),
    ],
)
def test_what_is_wrong_is_told_with_line_and_key(old: str, new: str, at: str, said: str) -> None:
    assert SMALL.count(old) >= 1
    text = SMALL.replace(old, new, 1)
    told = findings(text)
    assert len(told) == 1, told
    assert told[0].startswith(f"line {line(text, at)}, ")
    assert said in told[0]


def test_waves_out_of_order_and_twice_are_told() -> None:
    text = SMALL.replace("  wave = 1\n  kind", "  wave = 3\n  kind", 1)
    assert findings(text) == [
        f"line {line(text, 'wave = 2')}, role[1].interview[2].wave: "
        "Wave 2 comes after wave 3: list the waves in their order."
    ]
    twice = SMALL.replace("  wave = 2", "  wave = 1", 1)
    assert "Wave 1 is there twice for therapist." in findings(twice)[0]


def test_a_code_used_twice_is_told_where_it_is_used_again() -> None:
    text = SMALL.replace('code = "C"', 'code = "t"')
    place = line(text, 'code = "t"')
    assert f"line {place}, role[2].code: `T` is used twice." in findings(text)


def test_all_that_is_wrong_is_told_at_once() -> None:
    text = SMALL.replace('id = "I1"', 'id = "I 1"').replace("wave = 1", 'wave = "one"', 1)
    assert len(findings(text)) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('title = "x', "line 1: This is not TOML: unterminated string."),
        ("title = 'x'\n[[role]\n", "line 2: This is not TOML: expected"),
        ("", "role: This key is needed."),
        ("role = []\ntitle = 'x'", "line 1, role: At least one is needed."),
    ],
)
def test_broken_files_are_told(text: str, said: str) -> None:
    assert any(said in one for one in findings(text))


def test_a_pattern_that_takes_everything_is_refused() -> None:
    text = SMALL.replace('"A study"', '"A study"\nfile_names = ["{any}{group}{any}{wave}{any}"]').replace(
        '[[role]]\ncode = "C"\nname = "client"\n  [[role.interview]]\n  wave = 1\n  [[role.interview]]\n  wave = 2\n',
        "",
    )
    text = text[: text.index("  [[group.participant]]")]
    assert "matches everything: also a file called `New Recording 12`" in findings(text)[0]


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("D03-T2", ("D03-T2", None, None)),
        ("d3_t2", ("D03-T2", None, None)),
        ("audio/D03/therapist 2", ("D03-T2", None, None)),
        ("D03-T2-2024-05-03", ("D03-T2", date(2024, 5, 3), None)),
        ("D03 T2 20240503", ("D03-T2", date(2024, 5, 3), None)),
        ("D03-T2-2024-13-03", None),
        ("D03-T2b", ("D03-T2", None, 2)),
        ("D03-T2-part 2", ("D03-T2", None, 2)),
        ("D03–T2", ("D03-T2", None, None)),
        ("D03-T2 (copy)", None),
        ("notes on D03-T2", None),
        ("D03-X2", None),
        ("D" * 5_000, None),
    ],
)
def test_file_names_are_read(name: str, read: tuple[str, date | None, int | None] | None) -> None:
    found = read_protocol(template("dyads")).names.read(name)
    said = (found[0].interview.study_id, found[0].held_on, found[0].part) if found else None
    assert said == read


def test_with_one_role_a_name_need_not_say_it() -> None:
    names = read_protocol(template("single")).names
    for name in ("P03-2", "p3_2", "P03/2", "P03-P2", "P03-interviewee2"):
        found = names.read(name)
        assert found is not None, name
        assert found[0].interview == InterviewName("P03", "P", 2)
    assert names.read("P032") is None, "where one number ends and the next begins can't be guessed"


def test_the_schema_describes_every_key_and_what_init_writes_is_checked_against_it(tmp_path: Path) -> None:
    written = write_template(tmp_path, "dyads", replace=False)
    assert [path.name for path in written] == ["study.toml", "study.schema.json", "example.toml"]
    schema = json.loads(written[1].read_text())
    assert schema == json.loads(protocol_schema())
    for table in (schema, *schema["$defs"].values()):
        for key, about in table.get("properties", {}).items():
            assert about.get("description"), key
    assert set(schema["properties"]) == set(Protocol.model_fields)
    with pytest.raises(FileExistsError):
        write_template(tmp_path, "single", replace=False)
    assert "dyad" in written[0].read_text()


def test_lines_are_found_through_every_kind_of_table() -> None:
    text = (
        'a = [1,\n  2]\n[b]\n"c d" = {e = 1, f.g = 2}\n[[h]]\n[[h.i]]\n[[h.i]]\nj = 1\n[[h]]\n[h.k]\nl = 1\n'
    )
    lines = lines_of(text)
    assert lines[("a", 1)] == 2
    assert lines[("b", "c d", "f", "g")] == 4
    assert lines[("h", 0, "i", 1, "j")] == 8
    assert lines[("h", 1, "k", "l")] == 11
    assert key_of(("h", 0, "i", 1, "j")) == "h[1].i[2].j"


@given(st.text(max_size=200))
def test_any_text_is_told(text: str) -> None:
    with pytest.raises(FileInvalid) as invalid:
        read_protocol(text + "\n[[role]]\n")
    assert invalid.value.findings
