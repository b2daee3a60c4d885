"""`lytt markers`: listed with what was said of them; judged from the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from models.values import Transcript
from service.cli.errors import Refusal
from service.cli.main import app
from service.review.keeping import keep_transcript
from service.settings import Settings
from service.vault import tables
from service.vault.recordings import now
from service.vault.store import open_vault


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["markers", "D03-T2", *arguments])
    if isinstance(result.exception, Refusal):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def test_markers_are_judged_in_the_terminal(
    tmp_path: Path, conversation: Transcript, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LYTT_DATA_DIR", str(tmp_path))
    vault = open_vault(Settings(data_dir=tmp_path))
    with vault.engine.begin() as connection:
        connection.execute(
            sa.insert(tables.interview).values(id="i", name="D03-T2", title="t", created_at=now())
        )
        keep_transcript(connection, "i", conversation, ())
    vault.close()
    lines = run().splitlines()
    assert len(lines) == 4
    assert "A silence of 1.5 seconds, after which another speaker goes on." in lines[0]
    number = lines[1].split()[0]
    assert run("--reject", number) == "Rejected.\n"
    assert len(run().splitlines()) == 3
    (rejected,) = run("--judged", "rejected").splitlines()
    assert rejected.endswith("rejected (1)")
    assert run("--undo") == "The latest judgement is undone.\n"
    assert len(run().splitlines()) == 4
    assert run("--add", "voice:whisper", "--from", "1.5", "--to", "2.5", "--speaker", "S1") == "Added (2).\n"
    assert "A person marked this: voice, whisper, 1.0 seconds long." in run("--judged", "added")
    assert run("--take-back", "2") == "Taken back.\n"
    assert run("--judged", "added") == ""
    for refused in (
        ["--reject", "999"],
        ["--add", "laughter"],
        ["--add", "sadness", "--from", "1", "--to", "2"],
        ["--add", "laughter", "--from", "2", "--to", "1"],
        ["--kind", "sadness"],
        ["--confirm", "1", "--undo"],
    ):
        with pytest.raises(Refusal, match=r"\S"):
            run(*refused)
