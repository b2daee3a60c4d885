"""docs/operations.md lists every metric that the service gives out, and no others."""

from __future__ import annotations

import re
from pathlib import Path

from fastapi.testclient import TestClient

from service.app import create_app
from service.settings import Settings

from .conftest import sections, table_rows


def test_every_metric_is_listed_and_no_others(operations: str, tmp_path: Path) -> None:
    with TestClient(
        create_app(Settings(data_dir=tmp_path), watch=False), base_url="http://127.0.0.1"
    ) as client:
        given = set(re.findall(r"^# HELP (\w+)", client.get("/metrics").text, re.MULTILINE))
    assert given
    documented = {row[0].strip("`").partition("{")[0] for row in table_rows(sections(operations)["Metrics"])}
    assert documented == given
