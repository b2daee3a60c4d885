"""The API does what its description says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from service.api.description import description
from tests.service.api.conftest import Running, running_with

ROOT = Path(__file__).parents[3]


def test_the_page_is_built_from_the_description_as_it_is() -> None:
    held = (ROOT / "service" / "web" / "openapi.json").read_text()
    assert held == description(), "run ./scripts/openapi"


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """Accounts are added here too, and must not shut the door for what is asked after."""
    with running_with(tmp_path, login="off") as one:
        yield one


@pytest.fixture
def api(running: Running) -> schemathesis.BaseSchema:
    schema = schemathesis.openapi.from_asgi(
        "/api/openapi.json", running.client.app, headers={"Host": "127.0.0.1:8400"}
    )
    # The events never end, so a client that waits for the whole answer never gets it.
    return schema.exclude(path="/api/events")


CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
]


def test_every_answer_is_as_described(api: schemathesis.BaseSchema) -> None:
    tried = set()
    for result in api.get_all_operations():
        operation = result.ok()

        @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        @given(case=operation.as_strategy(), real=st.booleans())
        def ask(case: schemathesis.Case, real: bool) -> None:
            # Half of the requests ask for what is there, so that good answers are checked too.
            for name in {"reference", "name"} & set(case.path_parameters or {}) if real else ():
                case.path_parameters[name] = "D03-T2"
            case.call_and_validate(headers={"Host": "127.0.0.1:8400"}, checks=CHECKS)

        ask()
        tried.add(operation.label)
    assert len(tried) >= 25, tried
