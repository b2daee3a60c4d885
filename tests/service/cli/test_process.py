"""`lytt process`: files in, JSON files out, one bad file harming nobody."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest

from models.registry.installed import inventory
from models.values import MarkerKind
from service.settings import Settings

pytestmark = pytest.mark.models
LYTT = Path(sys.executable).with_name("lytt")
ROOT = Path(__file__).resolve().parents[3]
SHARED = ROOT.parent / "shared"


def lytt(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LYTT, "process", *map(str, arguments)],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=600,
    )


@pytest.fixture(scope="module")
def phone_call() -> Path:
    installed = {item.name for item in inventory(Settings().models_folder) if item.intact}
    if not {"whisper-base", "segmentation-3.0", "campplus"} <= installed:
        pytest.skip("the default models are not installed: lytt models fetch")
    package = importlib.util.find_spec("pyannote.audio")
    assert package is not None
    assert package.origin is not None
    return Path(package.origin).parent / "sample" / "sample.wav"


def test_good_files_are_written_and_bad_ones_told(phone_call: Path, tmp_path: Path):
    bad, empty = tmp_path / "notes.wav", tmp_path / "empty.mp3"
    bad.write_text("These are my notes. " * 500)
    empty.touch()
    out = tmp_path / "new" / "results"
    done = lytt(bad, phone_call, empty, "--json", out)
    assert done.returncode == 1
    assert "notes.wav: The file holds no sound" in done.stderr
    assert "empty.mp3: The file is empty" in done.stderr
    assert sorted(path.name for path in out.iterdir()) == ["sample.json"]

    result = json.loads((out / "sample.json").read_text())
    assert result["duration"] == 30.0
    assert result["seconds"] > 0
    assert result["language"] == "en"
    assert {one["speaker"] for one in result["words"]} == {"S1", "S2"}
    assert all(set(one) >= {"start", "end", "text", "speaker", "confidence"} for one in result["words"])
    starts = [one["start"] for one in result["words"]]
    assert starts == sorted(starts)
    assert all(isinstance(one["start"], float) and one["end"] <= 30.0 for one in result["turns"])
    assert {str(kind) for kind in MarkerKind} >= {one["kind"] for one in result["markers"]}
    assert {"rate", "loudness"} <= {one["kind"] for one in result["markers"]}
    assert set(result["models"]) == {
        "decode", "speech", "transcribe", "align", "diarize", "track", "assemble", "entities", "redact"
    }  # fmt: skip
    texts = [text for one in result["utterances"] for text in one["text"].split()]
    assert sorted(texts) == sorted(one["text"] for one in result["words"])


def test_two_files_of_one_name_get_two_results(phone_call: Path, tmp_path: Path):
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "D03-T2.wav").write_bytes(b"")
    done = lytt(tmp_path / "one" / "D03-T2.wav", tmp_path / "two" / "D03-T2.wav", "--json", tmp_path / "out")
    assert done.returncode == 1
    assert done.stderr.count("The file is empty") == 2


def test_a_missing_model_says_which_command_fetches_it(phone_call: Path, tmp_path: Path):
    done = lytt(phone_call, "--json", tmp_path, LYTT_MODELS_DIR=str(tmp_path / "none"))
    assert done.returncode == 1
    assert "lytt models fetch" in done.stderr
    assert not list(tmp_path.glob("*.json"))


def test_another_model_can_be_named(phone_call: Path, tmp_path: Path):
    done = lytt(phone_call, "--json", tmp_path, "--model", "no-such-model")
    assert done.returncode == 1
    assert "A model is not installed" in done.stderr


@pytest.mark.skipif(not SHARED.is_dir(), reason="the evaluation recordings are not beside the checkout")
def test_an_interview_reaches_the_bars(phone_call: Path, tmp_path: Path):
    del phone_call
    references = SHARED / "audio" / "interviews" / "dev"
    name = "serial_p1462_s2"
    assert lytt(references / f"{name}.flac", "--json", tmp_path).returncode == 0
    scorer = SHARED / "tools" / "score.py"
    row = subprocess.run(
        [sys.executable, scorer, references, tmp_path, name], check=True, capture_output=True, text=True
    ).stdout.splitlines()[0]
    fields = row.split()
    assert float(fields[fields.index("wer") + 1]) <= 10.0
    assert float(fields[fields.index("wder") + 1]) <= 1.0
    assert fields[fields.index("spk") + 1] == "2/2"


def test_what_identifies_someone_is_told_in_seconds_and_taken_out_of_the_sound(
    phone_call: Path, tmp_path: Path
):
    if "spacy-en-md" not in {item.name for item in inventory(Settings().models_folder) if item.intact}:
        pytest.skip("the entity model is not installed: lytt models fetch")
    done = lytt(phone_call, "--json", tmp_path, "--redacted-audio")
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["sample.json", "sample.redacted.ogg"]
    result = json.loads((tmp_path / "sample.json").read_text())
    assert result["redactions"]
    for one in result["redactions"]:
        assert set(one) == {"start", "end", "label"}
        assert 0 <= one["start"] < one["end"] <= result["duration"]
    with av.open(str(tmp_path / "sample.redacted.ogg")) as container:
        frames = [frame.to_ndarray() for frame in container.decode(audio=0)]
    sound = np.concatenate(frames, axis=1)[0]
    assert len(sound) / 48_000 == pytest.approx(result["duration"], abs=0.05)
    for one in result["redactions"]:
        # Behind a loud word the decoder's own filters ring on for a moment.
        begin, end = (one["start"] + one["end"]) / 2, one["end"] - 0.03
        assert np.abs(sound[round(begin * 48_000) : round(end * 48_000)]).max() < 0.01
    assert np.abs(sound).max() > 0.1
