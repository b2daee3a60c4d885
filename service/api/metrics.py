"""Prometheus metrics: numbers about the work, never about people."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.responses import Response

from service.accounts.permissions import Action
from service.api.rights import allowed
from service.api.state import Service, State
from service.coding.feed.reading import last_number
from service.coding.feed.webhooks import State as WebhookState
from service.coding.feed.webhooks import list_webhooks
from service.pipeline.workers import list_workers
from service.vault import tables
from service.vault.recordings import RecordingState

router = APIRouter(tags=["metrics"])


class _Numbers(Collector):
    def __init__(self, service: State) -> None:
        self._service = service

    def collect(self) -> Iterator[Metric]:
        recording, result = tables.recording, tables.stage_result
        with self._service.vault.engine.connect() as connection:
            states = {
                row.state: row.number
                for row in connection.execute(
                    sa.select(recording.c.state, sa.func.count().label("number")).group_by(recording.c.state)
                )
            }
            audio_ms = connection.execute(
                sa.select(sa.func.coalesce(sa.func.sum(recording.c.duration_ms), 0)).where(
                    recording.c.state == RecordingState.DONE
                )
            ).scalar_one()
            stages = connection.execute(
                sa.select(result.c.stage, sa.func.sum(result.c.seconds).label("seconds")).group_by(
                    result.c.stage
                )
            ).all()
        counted = GaugeMetricFamily("lytt_recordings", "Recordings by state.", labels=["state"])
        for state in RecordingState:
            counted.add_metric([state], states.get(state, 0))
        yield counted
        yield GaugeMetricFamily("lytt_audio_seconds", "Seconds of sound transcribed.", value=audio_ms / 1000)
        spent = GaugeMetricFamily("lytt_stage_seconds", "Seconds of work by stage.", labels=["stage"])
        for row in stages:
            spent.add_metric([row.stage], row.seconds)
        yield spent
        alive = GaugeMetricFamily("lytt_worker_alive", "Whether a worker is alive.", labels=["worker"])
        for worker in list_workers(self._service.vault):
            alive.add_metric([worker.name], float(worker.alive))
        yield alive
        with self._service.coding.engine.connect() as connection:
            webhooks = list_webhooks(connection)
            last = last_number(connection)
        held = GaugeMetricFamily("lytt_webhooks", "Webhooks by state.", labels=["state"])
        for webhook_state in WebhookState:
            held.add_metric([webhook_state], sum(one.state is webhook_state for one in webhooks))
        yield held
        behind = GaugeMetricFamily(
            "lytt_webhook_behind",
            "Entries of the feed that a webhook's receiver has not got.",
            labels=["webhook"],
        )
        for one in webhooks:
            behind.add_metric([one.id], last if one.of_another_feed else last - one.acknowledged)
        yield behind


@router.get(
    "/metrics",
    response_class=Response,
    operation_id="get_metrics",
    dependencies=[allowed(Action.READ_METRICS)],
    responses={200: {"description": "Metrics.", "content": {"text/plain": {"schema": {"type": "string"}}}}},
)
def metrics(service: Service) -> Response:
    """Metrics in Prometheus's text format."""
    registry = CollectorRegistry()
    registry.register(_Numbers(service))
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)
