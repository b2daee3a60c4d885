"""What is logged of what people do, read and hear; and reading the log."""

from __future__ import annotations

from typing import Any

import pytest

from service.accounts.accesses import ONE_USE_S, Accesses
from service.accounts.permissions import Action, Actor, Role
from service.api.listening import joined
from service.vault.events import verify
from tests.service.api.conftest import House

INTERVIEW = "/api/interviews/D03-T2"


def new_events(house: House, since: int) -> list[tuple[str, str, str, dict[str, Any]]]:
    return [
        (one.actor, one.action, one.subject, dict(one.detail))
        for one in house.events()[since:]
        if one.action not in ("token_used", "signed_in")
    ]


def test_reading_and_hearing_is_logged_once_a_quarter_of_an_hour(house: House) -> None:
    browser = house.signed_in("stig")
    before = len(house.events())
    for _ in range(3):
        browser.get("/api/recordings")
        browser.get(INTERVIEW)
        browser.get(f"{INTERVIEW}/utterances")
        browser.get(f"{INTERVIEW}/audio", headers={"Range": "bytes=0-99"})
        browser.get("/api/search", params={"q": "Kari"})
        browser.get(f"{INTERVIEW}/voices")
        browser.get(f"{INTERVIEW}/guide")
    about = house.interview_id
    assert sorted(new_events(house, before)) == sorted(
        [
            ("stig", "recordings_seen", "recordings", {}),
            ("stig", "transcript_read", about, {}),
            ("stig", "sound_opened", about, {}),
            ("stig", "transcripts_searched", "interviews", {}),
            ("stig", "voices_seen", about, {}),
            ("stig", "guide_seen", about, {}),
        ]
    )


def test_after_that_time_it_is_logged_again(house: House) -> None:
    clock = [0.0]
    accesses = Accesses(house.state.vault, house.state.settings, lambda: clock[0])
    before, who = len(house.events()), Actor("kari", frozenset({Role.STEWARD}))
    for at in (0.0, 1.0, ONE_USE_S - 1, ONE_USE_S + 1, ONE_USE_S + 2):
        clock[0] = at
        accesses.note(who, Action.READ_TRANSCRIPTS, {"reference": "d3_t2"})
    assert new_events(house, before) == [("kari", "transcript_read", house.interview_id, {})] * 2


def test_what_was_played_is_logged_from_when_to_when(house: House) -> None:
    browser = house.signed_in("stig")
    browser.get(f"{INTERVIEW}/audio")
    before = len(house.events())
    stretches = [(2000, 3000), (900, 2100), (5000, 5000), (6000, 10**9), (3400, 4000)]
    sent = {"stretches": [{"from_ms": start, "to_ms": end} for start, end in stretches]}
    assert browser.post(f"{INTERVIEW}/listened", json=sent).status_code == 204
    end = house.transcript.duration_ms
    assert new_events(house, before) == [
        ("stig", "listened", house.interview_id, {"from_ms": 900, "to_ms": 4000}),
        ("stig", "listened", house.interview_id, {"from_ms": 6000, "to_ms": end}),
    ]


def test_stretches_that_touch_are_one() -> None:
    assert joined([(0, 1000), (1400, 2000), (2501, 3000), (10, 20)]) == [(0, 2000), (2501, 3000)]
    assert joined([(5, 5), (9, 3)]) == []


def test_acts_are_logged_with_the_name_of_who_is_signed_in(house: House) -> None:
    browser = house.signed_in("stig")
    browser.get(INTERVIEW)
    before = len(house.events())
    browser.post(f"{INTERVIEW}/release")
    browser.get(f"{INTERVIEW}/clip", params={"from_ms": 0, "to_ms": 500, "format": "wav"})
    browser.get(f"{INTERVIEW}/transcript", params={"anonymised": "false"})
    coder = house.signed_in("kode")
    coder.put("/api/coding/interviews/D03-T2/coded", json={"coded": True})
    lead = house.signed_in("lea")
    assert lead.get("/api/coding/interviews/d3_t2/transcript").status_code == 200
    browser.delete(f"{INTERVIEW}/release")
    about = house.interview_id
    assert new_events(house, before) == [
        ("stig", "released", about, {"revision": 1}),
        ("stig", "clip_cut", about, {"from_ms": 0, "to_ms": 500, "format": "wav"}),
        ("stig", "transcript_exported", about, {"format": "text", "anonymised": 0}),
        ("kode", "coded", about, {}),
        ("lea", "released_exported", about, {}),
        ("stig", "release_taken_back", about, {}),
    ]


def test_signing_in_and_out_is_logged(house: House) -> None:
    before = len(house.events())
    browser = house.signed_in("kode")
    browser.delete("/api/session")
    logged = [(one.actor, one.action, one.subject) for one in house.events()[before:]]
    assert logged == [("kode", "signed_in", "kode"), ("kode", "signed_out", "kode")]


def test_the_log_holds_nothing_that_was_said_or_typed(house: House) -> None:
    browser = house.signed_in("stig")
    browser.get("/api/interviews/Kari Nordmann")
    browser.get("/api/search", params={"q": "Nordmann", "interview": "Nordmann"})
    browser.get("/api/participants/Nordmann")
    browser.get(f"{INTERVIEW}/utterances")
    text = str([(one.actor, one.subject, dict(one.detail)) for one in house.events()])
    assert "Nordmann" not in text
    for utterance in house.transcript.utterances:
        for word in utterance.words:
            if len(word.text) > 4:
                assert word.text not in text


def test_admins_read_the_log_a_page_at_a_time(house: House) -> None:
    admin = house.as_role(Role.ADMIN)
    seen: list[int] = []
    before = None
    while True:
        page = admin.get("/api/audit", params={"limit": 7} | ({"before": before} if before else {})).json()
        seen += [one["number"] for one in page["events"]]
        before = page["next"]
        if before is None:
            break
    assert seen == list(range(len(seen), 0, -1))
    mine = admin.get("/api/audit", params={"actor": "test", "action": "account_added"}).json()["events"]
    assert {one["subject"] for one in mine} == {"anna", "stig", "kode", "lea"}
    about = admin.get("/api/audit", params={"subject": "d3_t2"}).json()["events"]
    assert about
    assert {one["interview"] for one in about} == {"D03-T2"}
    assert admin.get("/api/audit", params={"since": "2100-01-01T00:00:00Z"}).json()["events"] == []


def test_an_admin_asks_whether_the_log_is_whole(house: House) -> None:
    answer = house.as_role(Role.ADMIN).get("/api/audit/whole").json()
    with house.state.vault.engine.connect() as connection:
        assert verify(connection).whole
    assert (answer["whole"], answer["broken"], answer["reason"]) == (True, None, None)
    assert answer["events"] >= 8


@pytest.mark.parametrize("role", [Role.CODER, Role.LEAD, Role.STEWARD])
def test_nobody_else_reads_the_log(house: House, role: Role) -> None:
    assert house.as_role(role).get("/api/audit").status_code == 403
