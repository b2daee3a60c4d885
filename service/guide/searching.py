"""Searching an interview for the questions of its guide, on request."""

from __future__ import annotations

import sqlalchemy as sa

from models.guide_questions import AskedPlace
from models.registry.manifest import default_manifest
from service.guide.coverage import store_found, to_search
from service.settings import Settings
from service.study.protocol import Protocol
from service.vault import tables
from service.vault.store import Vault

HOST = "models.host:ModelHost"


class LanguageNotKnown(ValueError):  # noqa: N818 - reads as what happened
    """The text model is not for the interview's language; ``str()`` says what to do."""

    def __init__(self, language: str) -> None:
        super().__init__(
            f"The text model does not know the language of this interview ({language}), so it finds no questions. "
            "Point to the places by hand, or set another model (LYTT_TEXT_MODEL)."
        )


def is_known(text_model: str, language: str | None) -> bool:
    """Whether sentences in ``language`` can be compared: unless the model is said to be for others only."""
    model = default_manifest().find(text_model)
    return model is None or not model.languages or language in (None, "", *model.languages)


def language_of(connection: sa.Connection, interview_id: str) -> str | None:
    """The language of the interview's transcript, None while it has none."""
    table = tables.transcripts.transcript
    return connection.execute(
        sa.select(table.c.language).where(table.c.interview_id == interview_id)
    ).scalar_one_or_none()


def search_guide(vault: Vault, settings: Settings, protocol: Protocol | None, interview_id: str) -> int:
    """Suggest anew where the questions were asked; returns how many places there are.

    The model runs in a process of its own, which ends with the search. Raises RecordingProblem when it can't, and
    :class:`LanguageNotKnown`.
    """
    from service.pipeline.child import ModelChild
    from service.pipeline.stages import models_config

    with vault.engine.connect() as connection:
        wanted = to_search(connection, settings.data_dir, protocol, interview_id)
        language = language_of(connection, interview_id)
    if not is_known(settings.text_model, language):
        raise LanguageNotKnown(language or "")
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
