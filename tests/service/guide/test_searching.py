"""Searching an interview with the real model: questions asked in other words are found."""

from __future__ import annotations

import pytest

from models.registry.installed import inventory
from service.guide.coverage import PlaceState
from service.guide.searching import search_guide
from service.settings import Settings

from .conftest import Asking

pytestmark = pytest.mark.models


def test_a_search_on_request_finds_what_was_asked_and_leaves_what_a_person_said(asking: Asking) -> None:
    models = Settings().models_folder
    state = asking.running.state
    if state.settings.text_model not in {item.name for item in inventory(models) if item.intact}:
        pytest.skip("the text model is not installed: lytt models fetch")
    settings = state.settings.model_copy(update={"models_dir": models})
    asking.find(asking.at("ending", 0))
    asking.judge(1, PlaceState.REJECTED)
    assert search_guide(state.vault, settings, asking.protocol, asking.running.interview_id) >= 1
    found = asking.coverage()
    assert (found.searched, found.outdated) == (True, False)
    assert (2, "suggested") in asking.states()["help"]
    assert asking.states()["ending"][0] == (0, "rejected")
