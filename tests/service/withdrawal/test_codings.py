"""What a withdrawal does with codings and memos: said before, and done."""

from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa

from service.coding import codings, memos, tables
from service.coding.codings import Place
from service.coding.erasing import Coded
from service.coding.store import CodingStore
from service.coding.values import About, Coder
from service.coding.writing import writing
from service.review.release import take_back
from service.study.protocol import Consent
from service.vault.store import Vault
from service.withdrawal import erasing
from service.withdrawal.erasing import begin, carry_out
from service.withdrawal.plans import coding_in_words, make_plan
from service.withdrawal.targets import Target, find_target
from tests.service.withdrawal.planted import Planted

ANN = Coder("ann")


def code(planted: Planted) -> None:
    """Two codings and two memos of D03-C1, a removed one of each among them, and a memo about D03-C."""
    interview_id = planted.ids["D03-C1"]
    with writing(planted.store.engine) as connection:
        for number in range(2):
            one = codings.add_coding(
                connection, "ann", interview_id, str(uuid.uuid4()), Place(1, 2), None, number
            )
        codings.remove_coding(connection, ANN, one.id, 1)
        for about, subject, text in (
            (About.INTERVIEW, interview_id, "my own xylophone"),
            (About.INTERVIEW, interview_id, "she asks how did it begin"),
            (About.PARTICIPANT, "D03-C", "a lighthouse"),
        ):
            memos.add_memo(connection, ANN, str(uuid.uuid4()), about, subject, text)


def target(planted: Planted, use: Consent | None = None) -> Target:
    with planted.vault.engine.connect() as connection:
        return find_target(connection, None, "D03-C", None, use)


@pytest.mark.parametrize("keep", [False, True])
def test_the_plan_says_what_stays_and_the_receipt_what_went(planted: Planted, keep: bool) -> None:
    code(planted)
    plan = make_plan(planted.vault, planted.store, planted.settings, target(planted), keep_codings=keep)
    assert plan.coded == Coded(codings=2, memos=3, codings_kept=1, memos_kept=1, quoting=0)
    goes = {one.kind: one.number for one in plan.counts if one.kind in ("coding", "memo")}
    assert goes == ({"coding": 1, "memo": 2} if keep else {"coding": 2, "memo": 3})
    [line] = coding_in_words(plan.coded, keeps=keep)
    assert "1 of 2 codings and 1 of 3 memos" in line
    number = begin(planted.vault, plan.target, "steward", keep_codings=keep)
    done = carry_out(planted.vault, planted.store, planted.settings, number)
    assert done.receipt is not None
    erased = done.receipt.receipt.erased
    assert {kind: erased[kind] for kind in ("coding", "memo")} == goes
    with planted.store.engine.connect() as connection:
        left = [
            connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for table in (tables.coding, tables.memo)
        ]
    assert left == ([1, 1] if keep else [0, 0])


def test_taking_back_coding_is_planned_with_what_was_coded(planted: Planted) -> None:
    code(planted)
    plan = make_plan(planted.vault, planted.store, planted.settings, target(planted, Consent.CODE))
    assert (plan.coded.codings, plan.coded.memos) == (2, 2)
    assert {one.kind: one.number for one in plan.counts} == {"coding": 2, "memo": 2, "release": 2}


@pytest.mark.parametrize("keep", [False, True])
def test_what_is_coded_while_coders_lose_the_words_goes_too(
    planted: Planted, monkeypatch: pytest.MonkeyPatch, keep: bool
) -> None:
    interview_id = planted.ids["D03-C1"]

    def coded_meanwhile(vault: Vault, store: CodingStore, named: str, steward: str) -> None:
        if named == interview_id:
            code(planted)
        take_back(vault, store, named, steward)

    monkeypatch.setattr(erasing, "take_back", coded_meanwhile)
    number = begin(planted.vault, target(planted), "steward", keep_codings=keep)
    carry_out(planted.vault, planted.store, planted.settings, number)
    with planted.store.engine.connect() as connection:
        for table in (tables.coding, tables.coding_change, tables.memo, tables.memo_change):
            assert connection.execute(sa.select(table)).first() is None, table.name
        told = connection.execute(sa.select(tables.feed_entry.c.act)).scalars().all()
    assert "coding_added" not in told
