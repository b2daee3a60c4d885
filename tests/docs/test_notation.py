"""Every sign of every notation is in docs/notation.md, and nothing there is invented."""

from __future__ import annotations

from service.transcript.notation.signs import SIGNS, Notation

from .conftest import ROOT, table_rows

PAGE = (ROOT / "docs" / "notation.md").read_text(encoding="utf-8")


def test_the_table_is_that_of_the_rules() -> None:
    documented = {
        row[0]: tuple(cell.strip("`") for cell in row[1:4]) for row in table_rows(PAGE) if len(row) == 4
    }
    documented.pop("kind", None)
    expected: dict[str, list[str]] = {}
    for place, notation in enumerate(Notation):
        for kind, row in SIGNS[notation].items():
            for subtype, sign in row.items():
                name = f"`{kind}`" + (f" `{subtype}`" if subtype else "")
                expected.setdefault(name, [""] * len(Notation))[place] = sign.shown
    assert documented == {name: tuple(cells) for name, cells in expected.items()}
