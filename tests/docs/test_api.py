"""docs/api.md lists every route with every query parameter, and no route that does not exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from service.app import create_app
from service.settings import Settings

from .conftest import ROOT, table_rows

API = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
_ROUTE = re.compile(r"`(GET|HEAD|POST|PATCH|PUT|DELETE) (/\S*?)(\?\S+)?`")


def _anonymous(path: str) -> str:
    """A path with its parameters unnamed, since people and code name them differently."""
    return re.sub(r"\{[^}]*\}", "{}", path)


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], set[str]]:
    """The query parameters of each route of the running application."""
    app = create_app(Settings(data_dir=tmp_path_factory.mktemp("data")), watch=False)
    found = {}
    for path, methods in app.openapi()["paths"].items():
        for method, operation in methods.items():
            queries = {each["name"] for each in operation.get("parameters", []) if each["in"] == "query"}
            found[(method.upper(), _anonymous(path))] = queries
    return found


def _documented() -> dict[tuple[str, str], set[str]]:
    found = {}
    for row in table_rows(API):
        for method, path, query in _ROUTE.findall(row[0]):
            found[(method, _anonymous(path))] = set(re.findall(r"\w+", query))
    return found


def test_every_route_is_listed_and_no_others(routes: dict[tuple[str, str], set[str]]) -> None:
    assert set(_documented()) == set(routes)


def test_every_query_parameter_is_listed_and_no_others(routes: dict[tuple[str, str], set[str]]) -> None:
    assert _documented() == routes


def test_the_settings_of_the_server_play_no_part(tmp_path: Path) -> None:
    guarded = Settings(data_dir=tmp_path, access_token="a-token-of-many-characters")
    open_to_all = Settings(data_dir=tmp_path)
    paths = [set(create_app(each, watch=False).openapi()["paths"]) for each in (guarded, open_to_all)]
    assert paths[0] == paths[1]
