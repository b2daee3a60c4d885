"""The text model as queries use it: vectors made in the background, asked for, and gone with the release."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from models.values import Transcript
from service.coding import tables
from service.coding.finding.found import find, moments_of
from service.coding.finding.keeping import KeepingMeanings
from service.coding.finding.meaning import Meanings
from service.coding.finding.problem import QueryProblem
from service.coding.store import CodingStore, Origin, open_coding_store, receive, withdraw
from service.coding.values import Coder
from service.coding.writing import writing
from service.naming import InterviewName
from service.settings import Settings
from service.text_model import LocalTextModel
from tests.service.conftest import make_transcript

ANN = Coder("ann")
FIRST, SECOND = "1" * 32, "2" * 32
SAID = (
    ("S1", "What was the hardest part of it for you?"),
    ("S2", "What scared me most was that she would abandon me."),
    ("S1", "Yes."),
    ("S2", "We met on Tuesdays at ten, and the waiting room was painted green."),
)


def release(store: CodingStore, interview_id: str, wave: int, transcript: Transcript, revision: int) -> None:
    with writing(store.engine) as connection:
        receive(connection, interview_id, Origin((InterviewName("D03", "T", wave),)), transcript, revision)


@pytest.mark.models
def test_utterances_are_found_by_what_they_mean(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, models_dir=Settings().models_folder)
    store, model = open_coding_store(settings), LocalTextModel(settings)
    meanings = Meanings(model)
    keeping = KeepingMeanings(store, meanings)

    def like(text: str) -> tuple[list[str], int]:
        with store.engine.connect() as connection:
            found = find(connection, ANN, text, settings.name_pattern, meanings)
            return [one.text for one in moments_of(connection, ANN, found)], found.waiting

    said = make_transcript(*SAID)
    release(store, FIRST, 1, said, 1)
    release(store, SECOND, 2, replace(said, language="no"), 1)
    try:
        assert like('like:"afraid of being left"') == ([], 1), "one language is not the model's"
        assert keeping.look()
        assert not keeping.look(), "all are made"
        assert like('like:"afraid of being left"') == ([SAID[1][1]], 0)
        assert like('like:"afraid of being left" >= 0.9') == ([], 0)
        both = like('like:"afraid of being left" < 0.9')[0]
        assert both == [text for _, text in SAID if text != "Yes."], "a word alone has no vector"
        assert np.allclose(np.linalg.norm(model.vectors(["hand", "held my hand"]), axis=1), 1, atol=1e-5)

        changed = make_transcript(("S2", "I was furious with my mother for years."))
        release(store, FIRST, 1, changed, 2)
        assert like('like:"anger at my mother"') == ([], 1), "old vectors are gone with the old words"
        assert keeping.look()
        assert like('like:"anger at my mother"')[0] == ["I was furious with my mother for years."]
        with writing(store.engine) as connection:
            withdraw(connection, FIRST)
            left = connection.execute(sa.select(sa.func.count()).select_from(tables.meaning)).scalar_one()
        assert left == 0
        assert like('like:"anger at my mother"') == ([], 0)
    finally:
        model.close()
        store.close()


def test_without_a_model_that_is_told(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    store, model = open_coding_store(settings), LocalTextModel(settings)
    release(store, FIRST, 1, make_transcript(*SAID), 1)
    assert model.missing is not None
    assert not KeepingMeanings(store, Meanings(model)).look()
    with store.engine.connect() as connection, pytest.raises(QueryProblem, match="lytt models fetch"):
        find(connection, ANN, "like:afraid", settings.name_pattern, Meanings(model))
    store.close()
