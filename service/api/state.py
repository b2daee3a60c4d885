"""What the routes share, and how they get at it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from service.api.references import study_id
from service.coding.store import CodingStore
from service.correcting.corrections import Corrector
from service.intake.watch import Intake
from service.pipeline.engine import JobQueue
from service.settings import Settings
from service.study.applied import Study
from service.vault.interviews import StoredInterview, find_interview
from service.vault.store import Vault


@dataclass(frozen=True, slots=True)
class State:
    """One running service: its settings, its two stores, its queue and its intake."""

    settings: Settings
    vault: Vault
    coding: CodingStore
    queue: JobQueue
    intake: Intake
    corrector: Corrector
    study: Study


def _state(request: Request) -> State:
    state: State = request.app.state.lytt
    return state


Service = Annotated[State, Depends(_state)]


def interview_by_reference(service: State, reference: str) -> StoredInterview | None:
    """The interview with this id or, in any spelling, this study id."""
    with service.vault.engine.connect() as connection:
        return find_interview(connection, reference) or find_interview(
            connection, study_id(service.settings, reference)
        )
