"""``lytt models``, as it is typed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from models.registry.manifest import default_manifest
from models.registry.record import (
    RECORD_FORMAT,
    Trust,
    VerifiedRecord,
    sha256_of,
    verified_file,
    write_record,
)
from service.cli.models import configured
from service.settings import Settings


def lytt_models(models_dir: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from service.cli.models import app; app()", *words],
        env={**os.environ, "LYTT_MODELS_DIR": str(models_dir), "COLUMNS": "80", **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A models folder with one model of somebody's own in it."""
    folder = tmp_path / "someone--model"
    folder.mkdir()
    (folder / "model.bin").write_bytes(b"weights")
    file = verified_file(folder, "model.bin", sha256_of(folder / "model.bin"), Trust.FIRST_FETCH)
    write_record(
        folder, VerifiedRecord(RECORD_FORMAT, folder.name, "recognition", "someone/model@1", (file,))
    )
    return tmp_path


def test_list_names_every_model_on_a_narrow_terminal_and_says_what_is_installed(installed):
    said = lytt_models(installed, "list")

    assert said.returncode == 0
    for model in default_manifest().models:
        assert model.name in said.stdout
    (line,) = (line for line in said.stdout.splitlines() if "someone/model@1" in line)
    assert line.split()[-1] == "yes"


def test_verify_finds_damage_and_says_what_to_do(installed):
    assert lytt_models(installed, "verify").stdout == "someone--model: right\n"
    (installed / "someone--model" / "model.bin").write_bytes(b"Weights")

    said = lytt_models(installed, "verify")

    assert said.returncode == 1
    assert said.stdout == "someone--model: damaged: model.bin\n"
    assert "lytt models fetch" in said.stderr


def test_verify_says_when_there_is_nothing_to_verify(tmp_path):
    said = lytt_models(tmp_path / "none", "verify")

    assert said.returncode == 1
    assert "lytt models fetch" in said.stderr


def test_a_fetch_that_fails_says_why_in_a_sentence(tmp_path):
    said = lytt_models(tmp_path, "fetch", "whisper-tiny", LYTT_PACKAGE_INDEX="http://127.0.0.1:1/simple/")

    assert said.returncode == 1
    assert "Traceback" not in said.stderr
    assert "package index" in said.stderr


def test_without_names_the_models_of_the_settings_are_meant_but_for_local_folders(tmp_path):
    assert set(configured(Settings(data_dir=tmp_path))) == {
        model.name for model in default_manifest().defaults()
    }
    other = Settings(data_dir=tmp_path, recognition_model="small", diarization_model=str(tmp_path))
    assert configured(other) == ["small", "spacy-en-md", "rampart", "minilm-l6", "yamnet", "g2p-en"]
    quiet = Settings(data_dir=tmp_path, sound_model="none")
    assert "yamnet" not in configured(quiet)
