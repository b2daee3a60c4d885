"""Baselines on a real PostgreSQL: a wave comes, two look at once, one is withdrawn."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from models.values import MarkerKind
from service.coding.store import open_coding_store
from service.withdrawal.erasing import begin, carry_out
from service.withdrawal.targets import find_target
from tests.e2e.services import MISSING, PostgreSQL, postgresql, postgresql_binaries
from tests.service.baselines.made import Voice, install

BINARIES = postgresql_binaries()
pytestmark = [pytest.mark.e2e, pytest.mark.skipif(BINARIES is None, reason=MISSING)]


@pytest.fixture
def server() -> Iterator[PostgreSQL]:
    assert BINARIES is not None
    with postgresql(BINARIES) as running:
        yield running


def test_markers_follow_the_interviews_of_a_person(server: PostgreSQL, tmp_path: Path) -> None:
    urls = {
        "vault_url": server.database("baselines_vault"),
        "coding_url": server.database("baselines_coding"),
    }
    study = install(tmp_path, **urls)
    try:
        assert study.vault.engine.dialect.name == "postgresql"
        first = study.add("D03-C1", 20, Voice(calls=(7,)))
        study.bring()
        study.add("D03-C2", 40, Voice(level=-44), seed=2)
        with ThreadPoolExecutor(3) as threads:
            brought = list(threads.map(lambda _: study.bring(), range(3)))
        assert sum(first in one for one in brought) == 1, "once, however many look"
        (found,) = study.markers(first)
        assert (found.kind, found.evidence["interviews"]) == (MarkerKind.VOLUME, 2)
        assert study.revision(first) == 2
        store = open_coding_store(study.settings, study.vault.keys.coding_files_key)
        with study.vault.engine.connect() as connection:
            target = find_target(connection, None, "D03-C", "D03-C2", None)
        carry_out(study.vault, store, study.settings, begin(study.vault, target, "steward"))
        store.close()
        assert first in study.bring()
        assert study.markers(first) == []
    finally:
        study.close()
