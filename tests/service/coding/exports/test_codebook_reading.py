"""A codebook of another program comes in as one change, and Lytt's own comes back as it went out."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.coding import codebook
from service.coding.exports.codebook_reading import MOST_CODES, ReadCode, import_codes, read_qdc
from service.coding.exports.formats import Format
from service.coding.store import CodingStore
from service.coding.values import Code, CodeState, Refused
from service.coding.writing import writing
from tests.service.coding.exports.made import CARE, HANDS, made
from tests.service.coding.test_codings import store_at

HEAD = '<?xml version="1.0" encoding="utf-8"?><CodeBook xmlns="urn:QDA-XML:codebook:1.0" origin="X"><Codes>'
FOOT = "</Codes></CodeBook>"
ONE, OPEN = '<Code name="a"/>', '<Code name="a">'
OTHER = f"""{HEAD}
<Code guid="{{AAAAAAAA-0000-4000-8000-000000000001}}" name="Care" isCodable="false"><Description>theirs</Description>
  <Code guid="aaaaaaaa-0000-4000-8000-000000000002" name="small" isCodable="true" color="#FF0000"/>
</Code>
<Code guid="aaaaaaaa-0000-4000-8000-000000000003" name="distance" isCodable="true">
  <Code guid="4" name="small" isCodable="true"><Description>  near &amp; far </Description></Code>
</Code>
{FOOT}"""


@pytest.fixture
def empty(tmp_path: Path) -> CodingStore:
    return store_at(f"sqlite:///{tmp_path / 'empty.sqlite'}")


def bring(store: CodingStore, content: str) -> tuple[Code, ...]:
    with writing(store.engine) as connection:
        return import_codes(connection, "lea", read_qdc(content))


def test_what_went_out_comes_back_with_its_ids_colours_and_tree(
    store: CodingStore, empty: CodingStore
) -> None:
    content = made(store, Format.QDC).decode()
    added = {code.id: code for code in bring(empty, content)}
    assert (added[CARE].name, added[CARE].colour, added[HANDS].parent) == ("care", "#2f6f8f", CARE)
    assert added[CARE].definition.startswith("Caring")
    assert bring(empty, content) == ()


def test_names_that_are_there_are_those_codes_and_twice_the_same_name_is_told_apart(
    store: CodingStore,
) -> None:
    added = {code.name: code for code in bring(store, OTHER)}
    assert set(added) == {"small", "distance", "small (distance)"}
    assert added["small"].parent == CARE
    assert added["small"].colour == "#ff0000"
    assert added["small (distance)"].parent == added["distance"].id
    assert added["small (distance)"].definition == "near & far"


def test_it_is_one_change_that_is_undone_at_once(store: CodingStore) -> None:
    added = bring(store, OTHER)
    assert len({code.version for code in added}) == 1
    with writing(store.engine) as connection:
        codebook.undo_change(connection, "lea", added[0].version)
        book = codebook.current(connection)
    used = {code.name for code in book.codes if code.state is CodeState.USED}
    assert used == {"care", "hands"}
    assert {code.name for code in bring(store, OTHER)} == {"small", "distance", "small (distance)"}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("care\n  hands", "not a REFI-QDA codebook"),
        (f"{HEAD}<Code name='a'/>", "not a REFI-QDA codebook"),
        ("<CodeBook><Codes/></CodeBook>", "not a REFI-QDA codebook"),
        (f"{HEAD}{FOOT}", "no code in the file"),
        (f"{HEAD}<Code name=' '/>{FOOT}", "no name"),
        (f"{HEAD}<Code name='{'a' * 201}'/>{FOOT}", "more than 200 characters"),
        (
            f"{HEAD}{ONE * (MOST_CODES + 1)}{FOOT}",
            "more than 2000 codes",
        ),
        (f"{HEAD}{OPEN * 60}{'</Code>' * 60}{FOOT}", "more than 50 deep"),
        ('<!DOCTYPE a [<!ENTITY b "bb">]><CodeBook>&b;</CodeBook>', "declares a document type"),
    ],
)
def test_what_is_no_codebook_is_refused_in_words(content: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        read_qdc(content)


@pytest.mark.parametrize(
    ("said", "colour"),
    [
        ("#2F6F8F", "#2f6f8f"),
        ("red", ""),
        ("#12345", ""),
        ("#12345g", ""),
        ("#123456\n", ""),
        ("&quot;&gt;&lt;b&gt;xy", ""),
    ],
)
def test_a_colour_is_a_colour_or_none(said: str, colour: str) -> None:
    (one,) = read_qdc(f'{HEAD}<Code name="a" color="{said.replace(chr(10), "&#10;")}"/>{FOOT}')
    assert one.colour == colour


def test_ids_that_are_none_are_made_of_the_place(store: CodingStore) -> None:
    first, second = read_qdc(OTHER), read_qdc(OTHER)
    assert first == second
    assert isinstance(first[3], ReadCode)
    assert len({one.id for one in first}) == 4
