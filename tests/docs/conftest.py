"""The documentation, as the tests read it."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def pages() -> dict[str, str]:
    """The README and every page of docs/, by path from the root of the project."""
    files = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    return {file.relative_to(ROOT).as_posix(): file.read_text(encoding="utf-8") for file in files}


def table_rows(text: str) -> list[tuple[str, ...]]:
    """The cells of every row of every table in a page, headings and rules left out."""
    lines = text.splitlines()
    rows = []
    for number, line in enumerate(lines):
        is_row = line.startswith("|") and not line.startswith("|-")
        is_heading = is_row and number + 1 < len(lines) and lines[number + 1].startswith("|-")
        if is_row and not is_heading:
            # A vertical bar inside a cell is written as \|.
            cells = line.replace("\\|", "\0").strip().strip("|").split("|")
            rows.append(tuple(cell.strip().replace("\0", "|") for cell in cells))
    return rows


def sections(text: str) -> dict[str, str]:
    """The text under each heading of a page, by the heading's words."""
    found: dict[str, str] = {}
    heading = ""
    in_code = False
    for line in text.splitlines():
        if line.startswith("```"):
            in_code = not in_code
        if line.startswith("#") and not in_code:
            heading = line.lstrip("#").strip()
        else:
            found[heading] = f"{found.get(heading, '')}{line}\n"
    return found


@pytest.fixture(scope="session")
def operations() -> str:
    return (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
