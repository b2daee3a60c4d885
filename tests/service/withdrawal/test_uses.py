"""One use is taken back: what rested on it goes, the rest stays, and the record holds until study.toml says so."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from service.coding.store import list_released
from service.review.release import ReleaseRefused, release
from service.study.applied import Study, protocol_in_force
from service.study.protocol import Consent
from service.vault import tables
from service.vault.recordings import now
from service.voices.prints import may_keep, read
from service.withdrawal.erasing import Withdrawal, begin, carry_out
from service.withdrawal.targets import WithdrawalRefused, find_target
from tests.service.withdrawal.planted import CANARY, Planted, found, found_again, voice_of


def withdraw(planted: Planted, use: Consent) -> Withdrawal:
    with planted.vault.engine.connect() as connection:
        target = find_target(connection, None, "D03-C", None, use)
    return carry_out(planted.vault, planted.store, planted.settings, begin(planted.vault, target, "steward"))


def test_voiceprints_and_confirmed_voices_go_also_in_other_interviews(planted: Planted) -> None:
    voice = {"label": "S2", "person": "D03-C", "confirmed_by": "steward", "confirmed_at": now()}
    with planted.vault.engine.begin() as connection:
        for name in ("D03-C1", "D03-T1"):  # heard in the therapist's interview too, as somebody confirmed
            connection.execute(sa.insert(tables.voice).values(interview_id=planted.ids[name], **voice))
    done = withdraw(planted, Consent.VOICEPRINT)
    assert done.finished_at is not None
    assert done.receipt is not None
    assert dict(done.receipt.receipt.erased) == {"voiceprint": 3, "voice": 2}
    with planted.vault.engine.connect() as connection:
        assert {interview for interview, _ in read(connection, planted.vault.sealer)} == {
            planted.ids["D05-C1"]
        }
        assert connection.execute(sa.select(tables.voice)).all() == []
        assert not may_keep(connection, planted.ids["D03-C1"], protocol_in_force(connection))
        assert may_keep(connection, planted.ids["D05-C1"], protocol_in_force(connection))
    voices = {name: str(voice_of(name)) for name in CANARY}
    assert [name for name, places in found(planted, voices).items() if places] == ["D05-C1"]
    assert all(found(planted, CANARY).values()), "what was said stays"


def test_coders_lose_what_may_not_be_coded_and_it_is_not_released_again(planted: Planted) -> None:
    withdraw(planted, Consent.CODE)
    with planted.store.engine.connect() as connection:
        assert [one.name for one in list_released(connection)] == ["D03-T1"]
    interview = found_again(planted.vault, planted.ids["D03-C1"])
    with pytest.raises(ReleaseRefused, match="did not consent to coding"):
        release(planted.vault, planted.store, interview, "steward")


def test_the_record_holds_over_the_file_until_the_file_says_so(planted: Planted) -> None:
    withdraw(planted, Consent.QUOTE)
    study = Study(planted.vault, planted.settings.data_dir)
    held = study.current()
    assert held.protocol is not None
    assert held.protocol.participants["D03-C"].consent == {
        Consent.TRANSCRIBE,
        Consent.VOICEPRINT,
        Consent.CODE,
    }
    assert Consent.QUOTE in held.protocol.participants["D03-T"].consent
    assert [one for one in held.reminders if one.startswith("D03-C no longer agrees to quote")]

    group = '[[group]]\nid = "D03"\n'
    person = '[[group.participant]]\nrole = "C"\nconsent = ["transcribe", "voiceprint", "code"]\n'
    file = planted.settings.data_dir / "study.toml"
    text = file.read_text()
    assert group in text
    file.write_text(text.replace(group, group + person))
    told = study.current()
    assert told.findings == ()
    assert told.reminders == ()


def test_one_is_not_withdrawn_twice(planted: Planted) -> None:
    withdraw(planted, Consent.QUOTE)
    with pytest.raises(WithdrawalRefused, match="withdrawn before"):
        withdraw(planted, Consent.QUOTE)
