"""The application: ``create_app`` and nothing else."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import structlog
from fastapi import Depends, FastAPI
from starlette.concurrency import run_in_threadpool

from service.accounts.accesses import Accesses
from service.accounts.door import refuse_open_door
from service.accounts.oidc import provider_of
from service.api import (
    accounts,
    baselines,
    coding,
    coding_agreement,
    coding_codebook,
    coding_codings,
    coding_exports,
    coding_feed,
    coding_finding,
    coding_listening,
    coding_memos,
    coding_perspectives,
    corrections,
    event_log,
    guide,
    identities,
    interviews,
    judging,
    media,
    metrics,
    page,
    problems,
    quotes,
    recordings,
    redacted_sound,
    review,
    search,
    session,
    study,
    voices,
    whole_description,
    withdrawals,
)
from service.api.access import Access, AccessMiddleware
from service.api.coding import CodingSide
from service.api.locked import Gate, GateMiddleware
from service.api.recordings import RecordingFeed
from service.api.rights import refuse_undeclared
from service.api.state import State
from service.baselines.keeping_up import KeepingBaselines
from service.coding.feed.delivering import Delivering, Way
from service.coding.finding.keeping import KeepingMeanings
from service.coding.finding.meaning import Meanings
from service.coding.store import open_coding_store
from service.correcting.corrections import Corrector
from service.intake.watch import Intake
from service.pipeline.engine import JobQueue
from service.review.keeping_up import LOOK_S, KeepingUp
from service.settings import Settings
from service.study.applied import Study
from service.text_model import LocalTextModel
from service.vault.events import record_event
from service.vault.locked import VaultLocked
from service.vault.store import open_vault
from service.withdrawal.upkeep import EVERY_S, Upkeep

LOOK_AGAIN_S = 1.0
"""How often a locked vault is tried."""

log: structlog.stdlib.BoundLogger = structlog.get_logger()

PAGE = Path(__file__).parent / "web" / "dist"
LARGEST_FROM_NOBODY = 16 * 1024
"""Bytes of a request that asks to sign in."""


def create_app(settings: Settings, *, watch: bool = True) -> FastAPI:
    """The API and the page over the stores that ``settings`` name.

    ``watch`` takes in files of the watched folder while the application runs. While the vault is locked the
    application says so and does nothing else; it opens by itself once the vault is unlocked.
    """

    gate = Gate()

    @contextlib.asynccontextmanager
    async def running(app: FastAPI) -> AsyncIterator[None]:
        app.state.feed = RecordingFeed()
        app.state.stopping = asyncio.Event()
        async with contextlib.AsyncExitStack() as stack:
            opening = None
            try:
                await stack.enter_async_context(opened(app))
            except VaultLocked as locked:
                gate.reason = str(locked)
                log.warning("vault_locked")
                opening = asyncio.create_task(open_when_unlocked(app, stack))
            try:
                yield
            finally:
                app.state.stopping.set()
                if opening is not None:
                    opening.cancel()
                    await asyncio.gather(opening, return_exceptions=True)

    async def open_when_unlocked(app: FastAPI, stack: contextlib.AsyncExitStack) -> None:
        while gate.reason is not None:
            await asyncio.sleep(LOOK_AGAIN_S)
            with contextlib.suppress(VaultLocked):
                await stack.enter_async_context(opened(app))
                gate.reason = None
                log.info("vault_unlocked")

    async def deliver(delivering: Delivering) -> None:
        """Carry the feed to webhooks for as long as the store is open."""
        while True:
            await asyncio.sleep(LOOK_S)
            try:
                await run_in_threadpool(delivering.look)
            except Exception as error:
                log.warning("delivering_failed", error=type(error).__name__)

    async def keep_up(keeping_up: KeepingUp, keeping_baselines: KeepingBaselines) -> None:
        """Look after baselines, redacted sound and released interviews for as long as the stores are open."""
        while True:
            await asyncio.sleep(LOOK_S)
            for look in (keeping_baselines.look, keeping_up.look):
                try:
                    await run_in_threadpool(look)
                except Exception as error:
                    # The database may be away for a while; what it says may quote values.
                    log.warning("keeping_up_failed", error=type(error).__name__)

    async def keep_meanings(keeping: KeepingMeanings, model: LocalTextModel) -> None:
        """Make the vectors of released interviews, one interview at a time."""
        while True:
            await asyncio.sleep(LOOK_S)
            try:
                while await run_in_threadpool(keeping.look):
                    pass
                model.rest()
            except Exception as error:
                log.warning("keeping_meanings_failed", error=type(error).__name__)

    @contextlib.asynccontextmanager
    async def opened(app: FastAPI) -> AsyncIterator[None]:
        vault = open_vault(settings)
        store = open_coding_store(settings, vault.keys.coding_files_key)
        queue = JobQueue(vault.engine)

        def note(actor: str, action: str, interview_id: str, detail: Mapping[str, int | str]) -> None:
            with vault.engine.begin() as connection:
                record_event(connection, actor, action, interview_id, detail)

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
        text_model = LocalTextModel(settings)
        meanings = Meanings(text_model)
        refuse_open_door(vault, settings)
        access.open(vault)
        app.state.accesses = Accesses(vault, settings)
        app.state.coding_side = CodingSide(settings, store, note, meanings)
        keeping_meanings = KeepingMeanings(store, meanings)
        keeping_up = KeepingUp(vault, store, queue)
        delivering = Delivering(store, coding_feed.message_of, Way(settings.webhook_hosts))
        chores = [asyncio.create_task(keep_withdrawals(app.state.lytt))]
        if watch:
            chores += [
                asyncio.create_task(intake.run()),
                asyncio.create_task(keep_up(keeping_up, KeepingBaselines(vault))),
                asyncio.create_task(keep_meanings(keeping_meanings, text_model)),
                asyncio.create_task(deliver(delivering)),
            ]
        try:
            yield
        finally:
            delivering.stop()
            for chore in chores:
                chore.cancel()
            await asyncio.gather(*chores, return_exceptions=True)
            await run_in_threadpool(text_model.close)
            queue.close()
            store.close()
            vault.close()

    async def keep_withdrawals(state: State) -> None:
        """Go on with withdrawals, and keep retention periods, for as long as the stores are open."""
        upkeep = Upkeep(state.vault, state.coding, state.settings, state.study)
        while True:
            try:
                await run_in_threadpool(upkeep.round)
            except Exception as error:
                log.warning("upkeep_failed", error=type(error).__name__)
            await asyncio.sleep(EVERY_S)

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
    app.add_middleware(GateMiddleware, gate=gate)
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
        coding_agreement.router,
        coding_codebook.router,
        coding_codings.router,
        coding_finding.router,
        coding_exports.router,
        coding_feed.router,
        coding_memos.router,
        coding_listening.router,
        coding_perspectives.router,
        study.router,
        interviews.router,
        voices.router,
        baselines.router,
        guide.router,
        identities.router,
        corrections.router,
        judging.router,
        quotes.router,
        review.router,
        withdrawals.router,
        media.router,
        redacted_sound.router,
        metrics.router,
    ):
        app.include_router(router)
    page.install(app, PAGE)
    return app
