"""Until when recordings may be kept: said in time, and erased by itself only where the setting says so."""

from __future__ import annotations

from datetime import date, timedelta

import sqlalchemy as sa

from service.settings import Settings
from service.study.applied import Study
from service.study.protocol import Protocol
from service.vault import tables
from service.withdrawal.erasing import list_withdrawals
from service.withdrawal.retention import due, erase_due, in_words, warnings
from service.withdrawal.upkeep import Upkeep
from tests.service.withdrawal.planted import CANARY, Planted, found

HELD = date(2024, 1, 10)


def say(planted: Planted, first: str, group: str = "") -> Protocol:
    """Put lines at the head of study.toml, and into the group D03; the protocol then."""
    file = planted.settings.data_dir / "study.toml"
    text = file.read_text().replace("speakers = 2", f"{first}\nspeakers = 2", 1)
    file.write_text(text.replace('[[group]]\nid = "D03"\n', f'[[group]]\nid = "D03"\n{group}'))
    held = Study(planted.vault, planted.settings.data_dir).current()
    assert held.findings == ()
    assert held.protocol is not None
    with planted.vault.engine.begin() as connection:
        connection.execute(sa.update(tables.interview).values(held_on=HELD))
    return held.protocol


def test_the_studys_days_count_from_the_interview_and_a_participants_own_day_counts_first(
    planted: Planted,
) -> None:
    own = HELD + timedelta(days=20)
    protocol = say(planted, "keep_days = 100", f'[[group.participant]]\nrole = "T"\nkeep_until = {own}\n')
    last = HELD + timedelta(days=100)
    with planted.vault.engine.connect() as connection:
        assert due(connection, protocol, HELD, 10) == ()
        soon = due(connection, protocol, own - timedelta(days=10), 10)
        all_due = due(connection, protocol, last, 0)
        told = warnings(connection, protocol, own - timedelta(days=1), 10)
    assert [(one.participant, one.until) for one in soon] == [("D03-T", own)]
    assert [(one.participant, one.until) for one in all_due] == [
        ("D03-T", own),
        ("D03-C", last),
        ("D03-C", last),
        ("D05-C", last),
    ]
    assert told == (f"1 interview of D03-T may be kept until {own}, which is in 1 day.",)
    assert "lytt withdraw --retention" in in_words(all_due[0], last)


def test_on_the_last_day_it_is_kept_and_the_day_after_it_goes(planted: Planted) -> None:
    until = HELD + timedelta(days=20)
    protocol = say(planted, "", f'[[group.participant]]\nrole = "C"\nkeep_until = {until}\n')
    assert erase_due(planted.vault, protocol, until) == ()
    assert len(erase_due(planted.vault, protocol, until + timedelta(days=1))) == 2


def test_nothing_goes_by_itself_unless_the_setting_says_so(planted: Planted) -> None:
    say(planted, "", f'[[group.participant]]\nrole = "C"\nkeep_until = {HELD}\n')
    study = Study(planted.vault, planted.settings.data_dir)
    Upkeep(planted.vault, planted.store, planted.settings, study).round()
    with planted.vault.engine.connect() as connection:
        assert list_withdrawals(connection) == ()
    erasing = Settings(data_dir=planted.settings.data_dir, retention_erases=True)
    Upkeep(planted.vault, planted.store, erasing, study).round()
    with planted.vault.engine.connect() as connection:
        held = list_withdrawals(connection)
    assert [(one.reason, one.is_erased, one.files_left) for one in held] == [("retention", True, 1)] * 2
    for path in list(planted.settings.watched_folder.rglob("*.wav")):
        if "D03-C" in path.name:
            path.unlink()
            path.parent.rmdir()
    Upkeep(planted.vault, planted.store, erasing, study).round()
    with planted.vault.engine.connect() as connection:
        assert all(one.finished_at is not None for one in list_withdrawals(connection))
    assert [name for name, places in found(planted, CANARY).items() if places] == ["D03-T1", "D05-C1"]
    assert study.current().reminders == (), "nobody took anything back"
