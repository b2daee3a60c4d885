"""The application: ``create_app`` and nothing else."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from fastapi import Depends, FastAPI

from service.accounts.accesses import Accesses
from service.accounts.door import refuse_open_door
from service.accounts.oidc import provider_of
from service.api import (
    accounts,
    coding,
    corrections,
    event_log,
    guide,
    interviews,
    media,
    metrics,
    page,
    problems,
    recordings,
    search,
    session,
    study,
    voices,
    whole_description,
)
from service.api.access import Access, AccessMiddleware
from service.api.coding import CodingSide
from service.api.recordings import RecordingFeed
from service.api.rights import refuse_undeclared
from service.api.state import State
from service.coding.store import open_coding_store
from service.correcting.corrections import Corrector
from service.intake.watch import Intake
from service.pipeline.engine import JobQueue
from service.settings import Settings
from service.study.applied import Study
from service.vault.store import open_vault

PAGE = Path(__file__).parent / "web" / "dist"
LARGEST_FROM_NOBODY = 16 * 1024
"""Bytes of a request that asks to sign in."""


def create_app(settings: Settings, *, watch: bool = True) -> FastAPI:
    """The API and the page over the stores that ``settings`` name.

    ``watch`` takes in files of the watched folder while the application runs.
    """

    @contextlib.asynccontextmanager
    async def running(app: FastAPI) -> AsyncIterator[None]:
        vault, store = open_vault(settings), open_coding_store(settings)
        queue = JobQueue(vault.engine)
        intake = Intake(settings, vault, queue)
        app.state.lytt = State(
            settings,
            vault,
            store,
            queue,
            intake,
            Corrector(vault, settings),
            Study(vault, settings.data_dir),
        )
        refuse_open_door(vault, settings)
        access.open(vault)
        app.state.accesses = Accesses(vault, settings)
        app.state.coding_side = CodingSide(settings, store)
        app.state.feed = RecordingFeed()
        app.state.stopping = asyncio.Event()
        watching = asyncio.create_task(intake.run()) if watch else None
        try:
            yield
        finally:
            app.state.stopping.set()
            if watching is not None:
                watching.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await watching
            queue.close()
            store.close()
            vault.close()

    app = FastAPI(
        title="Lytt",
        version="1",
        description="Interviews: transcripts by time, with speakers and markers, and their sound.",
        lifespan=running,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        dependencies=[Depends(refuse_undeclared)],
        responses=problems.ALWAYS,
        # Nothing is reported anywhere, whatever the environment says.
        telemetry={"auto_configure": False, "tracing": False, "metrics": False, "logs": False},
    )
    problems.install(app)
    access = Access(settings)
    app.state.access = access
    app.state.provider = provider_of(settings)
    app.add_middleware(AccessMiddleware, access=access)
    # What nobody need sign in for takes small requests only.
    app.include_router(session.router, max_body_size=LARGEST_FROM_NOBODY)
    for router in (
        accounts.router,
        event_log.router,
        whole_description.router,
        recordings.router,
        search.router,
        coding.router,
        study.router,
        interviews.router,
        voices.router,
        guide.router,
        corrections.router,
        media.router,
        metrics.router,
    ):
        app.include_router(router)
    page.install(app, PAGE)
    return app
