"""`lytt models list` says what the operator's own model is, under which licence, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from service.cli.main import app
from tests.models.dimensions.made_model import write_model


def listed(monkeypatch: pytest.MonkeyPatch, folder: Path) -> str:
    monkeypatch.setenv("LYTT_DATA_DIR", str(folder.parent / "data"))
    monkeypatch.setenv("LYTT_EMOTION_MODEL", str(folder))
    got = CliRunner().invoke(app, ["models", "list"])
    assert got.exit_code == 0, got.output
    return got.output


def test_the_licence_of_an_own_model_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = listed(monkeypatch, write_model(tmp_path / "own"))
    assert "loudness 1.2" in said
    assert "Licence: CC BY-NC-SA 4.0; made for a test" in said


def test_what_is_wrong_with_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "NOT those of its description" in listed(
        monkeypatch, write_model(tmp_path / "own", sha256=f'"{"0" * 64}"')
    )
    assert "can't be used: model.toml: licence" in listed(
        monkeypatch, write_model(tmp_path / "bare", licence='""')
    )
