"""`lytt review` says what is left, and ends with 0 when nothing is; `lytt release` refuses with the same sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from service.cli.errors import Refusal
from service.cli.main import app
from tests.service.api.conftest import running_with
from tests.service.reviewing import look_again, review


def test_what_is_left_and_when_nothing_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LYTT_DATA_DIR", str(tmp_path / "data"))
    with running_with(tmp_path, reviewed=False) as running:
        with running.state.vault.engine.begin() as connection:
            look_again(connection, running.interview_id)
        waiting = CliRunner().invoke(app, ["review", "d3_t2"])
        assert waiting.exit_code == 1
        assert waiting.stdout.splitlines()[1].split()[:4] == ["NAME", "1", "0", "0"]
        sentence = waiting.stdout.splitlines()[-1]
        assert "1 redaction is" in sentence
        refused = CliRunner().invoke(app, ["release", "D03-T2"])
        assert isinstance(refused.exception, Refusal)
        assert str(refused.exception) == sentence
        assert "Kari" not in waiting.stdout
        review(running.state.vault, running.state.coding, running.interview_id, "stig")
        done = CliRunner().invoke(app, ["review", "D03-T2"])
        assert (done.exit_code, "Finished by stig" in done.stdout) == (0, True)
        assert CliRunner().invoke(app, ["release", "D03-T2"]).exit_code == 0
    unknown = CliRunner().invoke(app, ["review", "D99-T9"])
    assert isinstance(unknown.exception, Refusal)
