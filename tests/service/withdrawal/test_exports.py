"""A withdrawal lists everything that was taken out of its interviews."""

from __future__ import annotations

import re
from pathlib import Path

from service.vault.events import record_event
from service.withdrawal.exports import TAKEN_OUT
from service.withdrawal.plans import make_plan
from service.withdrawal.targets import find_target
from tests.service.withdrawal.planted import Planted

ROOT = Path(__file__).parents[3]


def test_the_plan_lists_each_kind_once_for_its_interview(planted: Planted) -> None:
    kinds = (
        "transcript_exported",
        "clip_cut",
        "figure_exported",
        "released_exported",
        "released_clip_cut",
        "listening_session_exported",
        "quote_taken_out",
    )
    mine, other = planted.ids["D03-C1"], planted.ids["D03-T1"]
    with planted.vault.engine.begin() as connection:
        for number, kind in enumerate(kinds):
            record_event(connection, f"lea{number}", kind, mine, {"format": "csv"})
            record_event(connection, "elsewhere", kind, other)
        record_event(connection, "ann", "quote_picked", mine)
        target = find_target(connection, None, "D03-C", None, None)
    plan = make_plan(planted.vault, planted.store, planted.settings, target)
    listed = [(one.actor, one.kind, one.interview_id, one.form) for one in plan.exports]
    assert listed == [(f"lea{number}", kind, mine, "csv") for number, kind in enumerate(kinds)]


def test_every_event_of_taking_out_is_listed() -> None:
    """What the documentation calls taking out; who follows the feed is told by the feed."""
    text = (ROOT / "docs" / "security.md").read_text()
    (row,) = [line for line in text.splitlines() if line.startswith("| taking out |")]
    assert set(re.findall(r"`(\w+)`", row)) == {*TAKEN_OUT, "feed_followed"}
    page = (ROOT / "service" / "web" / "src" / "study" / "withdrawing.ts").read_text()
    assert [one for one in TAKEN_OUT if f"  {one}: '" not in page] == []
