"""With an own model set, a transcript has its values, its licence, and all it had without."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.config import ModelsConfig
from models.host import ModelHost
from models.values import (
    SAMPLE_RATE,
    Diarization,
    LanguageFound,
    MarkerKind,
    RecognisedChunk,
    RecognisedWord,
    Span,
    Turn,
)
from service.settings import Settings
from tests.models.dimensions.made_model import write_model
from tests.models.speech_stages import write_wav

pytestmark = pytest.mark.models


@pytest.mark.usefixtures("models_folder")
def test_the_values_stand_beside_the_other_markers(tmp_path: Path) -> None:
    noise = np.random.default_rng(3).normal(0, 0.1, 6 * SAMPLE_RATE).astype(np.float32)
    wav = write_wav(tmp_path / "talk.wav", noise)
    words = tuple(
        RecognisedWord(start, start + 400, "so", 0.9) for start in (500, 1_000, 1_500, 2_000, 2_500)
    )
    chunk = RecognisedChunk(Span(0, 6_000), "en", 1.0, words)
    turns = (Turn(400, 3_000, "A"),)
    made = {}
    for name, model in (("without", None), ("with", write_model(tmp_path / "own"))):
        host = ModelHost(ModelsConfig(models_dir=Settings().models_folder, emotion_model=model))
        decoded = host.decode(wav, tmp_path)
        made[name] = host.assemble(
            tmp_path / decoded.samples,
            decoded,
            (Span(400, 3_000),),
            LanguageFound("en", 1.0),
            (chunk,),
            Diarization(turns, turns),
        )
    own = [one for one in made["with"].markers if one.kind is MarkerKind.DIMENSIONS]
    assert [(one.start_ms, one.end_ms, one.rules) for one in own] == [(500, 2_900, "loudness 1.2")]
    assert own[0].evidence.keys() == {"arousal", "valence"}
    assert tuple(one for one in made["with"].markers if one not in own) == made["without"].markers
    added = set(map(repr, made["with"].provenance)) - set(map(repr, made["without"].provenance))
    assert len(added) == 1
    assert "CC BY-NC-SA 4.0" in added.pop()
