"""The review on a real PostgreSQL: decisions at once, in several interviews, release."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from service.naming import InterviewName
from service.review.deciding import DecisionScope, Reach, Reviewer
from service.review.judged import judged
from service.review.release import release, take_back
from service.review.state import review_state
from service.vault.interviews import RedactionState
from tests.e2e.services import MISSING, PostgreSQL, postgresql, postgresql_binaries
from tests.service.api.conftest import running_with
from tests.service.made_sound import make_sound
from tests.service.review.conftest import FOUND, Desk, spoken
from tests.service.reviewing import review

BINARIES = postgresql_binaries()
pytestmark = [pytest.mark.e2e, pytest.mark.skipif(BINARIES is None, reason=MISSING)]


@pytest.fixture(scope="module")
def server() -> Iterator[PostgreSQL]:
    assert BINARIES is not None
    with postgresql(BINARIES) as running:
        yield running


def test_a_review_from_the_first_decision_to_the_release_and_back(server: PostgreSQL, tmp_path: Path) -> None:
    urls = {"vault_url": server.database("review_vault"), "coding_url": server.database("review_coding")}
    with running_with(tmp_path, reviewed=False, **urls) as running:
        vault, coding = running.state.vault, running.state.coding
        assert vault.engine.dialect.name == "postgresql"
        desk = Desk(running, Reviewer(vault, coding), running.interview_id)
        desk.keep(spoken(), *FOUND)
        other = desk.add_interview(
            InterviewName("D03", "T", 3), spoken(("S2", "Hope came")), ("Hope", "NAME")
        )
        ids = [one.id for one in desk.redactions.values()]
        with ThreadPoolExecutor(len(ids)) as threads:
            decide = lambda number: desk.reviewer.decide(  # noqa: E731
                desk.interview_id, [number], RedactionState.ACCEPTED, "stig"
            )
            assert list(threads.map(decide, ids)) == [1] * len(ids)
        hope = desk.of("hope")[0]
        desk.reviewer.decide(
            desk.interview_id,
            [hope.id],
            RedactionState.REJECTED,
            "stig",
            DecisionScope.SAME_WORDS,
            Reach.STUDY,
        )
        assert other.of("hope")[0].state is RedactionState.REJECTED
        desk.reviewer.clear(desk.interview_id, ["vestlia"], True, "stig")
        desk.reviewer.step(desk.interview_id, "stig", back=True)
        assert desk.state.looks_open == 2
        desk.keep(spoken(), *FOUND)
        assert desk.of("hope")[0].state is RedactionState.REJECTED
        review(vault, coding, desk.interview_id)
        make_sound(vault, desk.interview_id)
        release(vault, coding, desk.interview, "stig")
        assert "Hope" in desk.coders_read()
        desk.reviewer.add(desk.interview_id, desk.words("Vestlia"), "PLACE", "stig")
        assert "Vestlia" not in desk.coders_read()
        take_back(vault, coding, desk.interview_id, "stig")
        with vault.engine.connect() as connection:
            assert judged(connection, desk.interview_id)
            assert review_state(connection, desk.interview_id).done
