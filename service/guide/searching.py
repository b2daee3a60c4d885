"""Searching an interview for the questions of its guide, on request."""

from __future__ import annotations

from models.guide_questions import AskedPlace
from service.guide.coverage import store_found, to_search
from service.settings import Settings
from service.study.protocol import Protocol
from service.vault.store import Vault

HOST = "models.host:ModelHost"


def search_guide(vault: Vault, settings: Settings, protocol: Protocol | None, interview_id: str) -> int:
    """Suggest anew where the questions were asked; returns how many places there are.

    The model runs in a process of its own, which ends with the search. Raises RecordingProblem when it can't.
    """
    from service.pipeline.child import ModelChild
    from service.pipeline.stages import models_config

    with vault.engine.connect() as connection:
        wanted = to_search(connection, settings.data_dir, protocol, interview_id)
    if not wanted.questions.asked_for:
        return 0
    child = ModelChild(HOST, models_config(settings))
    try:
        questions = [one.for_models for one in wanted.questions.asked_for]
        found: tuple[AskedPlace, ...] = child.call("find_questions", questions, wanted.utterances)
    finally:
        child.close()
    with vault.engine.begin() as connection:
        store_found(connection, interview_id, wanted, found, settings.text_model)
    return len(found)
