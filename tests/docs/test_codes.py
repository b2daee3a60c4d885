"""Every code a person may meet is explained: problems, notices, stages, markers, metrics."""

from __future__ import annotations

import pytest

from models.problems import ProblemCode, describe
from models.values import MarkerKind
from service.wording import NOTICES, STAGES

from .conftest import ROOT, sections, table_rows


def test_every_problem_is_listed_with_its_words(operations: str) -> None:
    documented = {row[0]: row[1] for row in table_rows(sections(operations)["Problems"])}
    assert documented == {f"`{code}`": describe(code) for code in ProblemCode}


def test_every_notice_is_listed_with_its_words(operations: str) -> None:
    documented = {row[0]: row[1] for row in table_rows(sections(operations)["Notices"])}
    assert documented == {f"`{code}`": sentence for code, sentence in NOTICES.items()}


def test_every_stage_is_listed_in_order() -> None:
    architecture = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    documented = [row[0] for row in table_rows(sections(architecture)["Stages"])]
    assert documented == [f"`{stage}`" for stage in STAGES]


@pytest.mark.parametrize("kind", MarkerKind)
def test_every_kind_of_marker_is_defined(kind: MarkerKind) -> None:
    markers = (ROOT / "docs" / "markers.md").read_text(encoding="utf-8")
    assert f"`{kind}`" in markers
