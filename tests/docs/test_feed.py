"""docs/feed.md describes every field and act of the feed, and no others."""

from __future__ import annotations

import ast
import re

import pytest
from pydantic import BaseModel

from service.api.coding_feed_schemas import (
    CodeEntry,
    CodingEntry,
    Feed,
    FeedCoding,
    FeedInterview,
    FeedMarkers,
)
from service.api.coding_schemas import Anchor, Code, Theme
from service.coding.feed.noting import Act, Kind
from service.coding.feed.reading import FORMAT

from .conftest import ROOT, sections, table_rows

PAGE = sections((ROOT / "docs" / "feed.md").read_text(encoding="utf-8"))
BODIES = {row[0].strip("`"): row[1] for row in table_rows(PAGE["Bodies"])}
SHAPES: dict[str, tuple[type[BaseModel], ...]] = {
    "interview": (FeedInterview,),
    "markers": (FeedMarkers,),
    "code": (Code,),
    "theme": (Theme,),
    "coding": (FeedCoding, Anchor),
}


def fields(*shapes: type[BaseModel]) -> set[str]:
    return {name for shape in shapes for name in shape.model_fields}


@pytest.mark.parametrize(("heading", "shape"), [("What an answer holds", Feed), ("Entries", CodeEntry)])
def test_every_field_is_listed_and_no_others(heading: str, shape: type[BaseModel]) -> None:
    assert {row[0].strip("`") for row in table_rows(PAGE[heading])} == fields(shape)


@pytest.mark.parametrize("kind", SHAPES)
def test_every_field_of_every_body_is_listed_and_no_others(kind: str) -> None:
    assert set(re.findall(r"`(\w+)`", BODIES[kind])) == fields(*SHAPES[kind])
    assert set(BODIES) == set(SHAPES) == {str(one) for one in Kind} - {"erased"}
    assert fields(CodeEntry) == fields(CodingEntry)


def test_every_act_is_listed() -> None:
    written = set()
    for name in ("codebook", "codings"):
        tree = ast.parse((ROOT / "service" / "coding" / f"{name}.py").read_text(encoding="utf-8"))
        constants = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
        written |= {
            one
            for one in constants
            if isinstance(one, str) and re.fullmatch(r"(coding|code|theme|change|words)_[a-z]+ed", one)
        }
    listed = {name for row in table_rows(PAGE["Acts"]) for name in re.findall(r"`(\w+)`", row[0])}
    assert {"coding_added", "code_merged"} <= written - {"words_changed"} <= listed
    assert {str(act) for act in Act} <= listed


def test_the_newest_version_is_in_the_table() -> None:
    assert table_rows(PAGE["Versions"])[-1][0] == str(FORMAT)
