"""Queries on PostgreSQL find what they find on SQLite."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.coding.finding.query import Query
from service.coding.store import CodingStore
from service.coding.values import Coder
from tests.e2e.services import MISSING, postgresql, postgresql_binaries
from tests.service.coding.finding import test_evaluating as told

BINARIES = postgresql_binaries()
pytestmark = [pytest.mark.e2e, pytest.mark.skipif(BINARIES is None, reason=MISSING)]


@pytest.fixture(scope="module")
def store() -> Iterator[CodingStore]:
    assert BINARIES is not None
    with postgresql(BINARIES) as running:
        made = told.store_at(running.database("finding"))
        yield made
        made.close()


def test_each_kind_of_term_finds_what_the_reference_finds(store: CodingStore) -> None:
    told.each_query_finds_what_the_reference_finds(store)


@settings(max_examples=60)
@given(query=told.QUERIES, coder=st.sampled_from(told.EVERYBODY))
def test_queries_find_what_the_reference_finds(store: CodingStore, query: Query, coder: Coder) -> None:
    told.is_found_as_by_the_reference(store, coder, query)
