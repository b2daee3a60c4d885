"""Decisions about disagreements: who sees them, who decides, what they keep, and what becomes of them."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from service.coding import codebook, codings, tables
from service.coding.agreement.comparing import agreement
from service.coding.agreement.consensus import (
    Wanted,
    consensus_in,
    decide,
    decision_history,
    decisions_in,
    undo_decision,
)
from service.coding.agreement.decisions import Decision, DecisionOvertaken, Keep
from service.coding.agreement.disagreements import Disagreement, Kind, find_disagreements
from service.coding.agreement.reading import WORDS, compared, not_blind, standings, waited_for
from service.coding.agreement.values import Compared, Mark, Pair
from service.coding.anchors import words_of
from service.coding.erasing import erase_codings
from service.coding.store import CodingStore, set_coded, withdraw
from service.coding.values import Coder, NotThere, Refused
from service.coding.writing import writing
from tests.service.coding.test_codings import ANN, BEN, LEA, code, mark, store_at, version
from tests.service.conftest import INTERVIEW

PAIR = Pair.of("ann", "ben")
CLEO = Coder("cleo")


@pytest.fixture
def store(tmp_path: Path) -> CodingStore:
    return store_at(f"sqlite:///{tmp_path / 'coding.sqlite'}")


def ready(store: CodingStore, *coders: str, done: bool = True) -> None:
    for coder in coders:
        with writing(store.engine) as connection:
            set_coded(connection, INTERVIEW, coder, done)


def both(store: CodingStore, coder: Coder, unit_ms: int = 1000) -> tuple[Compared, ...]:
    with store.engine.connect() as connection:
        return compared(connection, coder, PAIR, standings(connection, coder, [INTERVIEW]), unit_ms)


def open_ones(store: CodingStore, coder: Coder = LEA) -> tuple[Disagreement, ...]:
    (one,) = both(store, coder)
    return find_disagreements(one).disagreements


def decided(
    store: CodingStore,
    coder: Coder,
    about: Disagreement | str,
    keep: Keep,
    known: int = 0,
    other: Mark | None = None,
) -> Decision:
    key = about if isinstance(about, str) else about.key(PAIR)
    with writing(store.engine) as connection:
        return decide(connection, coder, INTERVIEW, PAIR, key, known, Wanted(keep, f"{keep} fits", other))


def test_coders_are_compared_once_all_who_look_are_ready_and_leads_see_at_once(store: CodingStore) -> None:
    care = code(store, "care")
    mark(store, "ann", care)
    mark(store, "ben", care)
    assert (len(both(store, LEA)), both(store, ANN), both(store, BEN)) == (1, (), ())
    ready(store, "ann")
    assert (both(store, ANN), both(store, BEN)) == ((), ())
    ready(store, "ben")
    assert (len(both(store, ANN)), len(both(store, BEN)), both(store, CLEO)) == (1, 1, ())
    ready(store, "cleo")
    assert len(both(store, CLEO)) == 1
    ready(store, "ben", done=False)
    assert (both(store, ANN), both(store, CLEO), len(both(store, LEA))) == ((), (), 1)


def test_who_is_at_work_is_told_to_leads_only(store: CodingStore) -> None:
    care = code(store, "care")
    mark(store, "ben", care)
    with store.engine.connect() as connection:
        (for_ann,), (for_lea,) = (standings(connection, one, [INTERVIEW]) for one in (ANN, LEA))
    assert (for_ann.coding, for_lea.coding) == ((), ("ben",))
    assert waited_for(ANN, PAIR, for_ann) == ("ann", "ben")
    assert waited_for(LEA, PAIR, for_lea) == ("ann",)


def test_agreement_of_the_store_is_of_words_or_of_seconds(store: CodingStore) -> None:
    care = code(store, "care")
    mark(store, "ann", care, 1, 4)
    mark(store, "ben", care, 3, 6)
    mark(store, "ben", None, 1, 6)
    by_words = agreement(both(store, LEA, WORDS))
    with store.engine.connect() as connection:
        words = connection.execute(
            sa.select(sa.func.count()).select_from(tables.transcripts.word)
        ).scalar_one()
    assert by_words.units == words
    assert by_words.codes[0].percent.value == pytest.approx(1 - 4 / words)
    assert agreement(both(store, LEA)).codes[0].both_ms == by_words.codes[0].both_ms


def test_a_decision_records_who_when_why_and_is_undone_and_redone(store: CodingStore) -> None:
    care, fear = code(store, "care"), code(store, "fear")
    anns, bens = mark(store, "ann", care, 1, 3), mark(store, "ben", fear, 1, 3)
    ready(store, "ann", "ben")
    (about,) = open_ones(store, ANN)
    assert about.kind is Kind.ANOTHER_CODE
    first = decided(store, ANN, about, Keep.FIRST)
    assert (first.who, first.why, first.version, first.removed) == ("ann", "first fits", 1, False)
    assert [(one.code, one.first_word, one.last_word) for one in first.codings] == [(care, 1, 3)]
    second = decided(store, BEN, about, Keep.BOTH, 1)
    assert [one.code for one in second.codings] == [care, fear]
    with writing(store.engine) as connection:
        back = undo_decision(connection, LEA, about.key(PAIR), 2)
        assert (back.keep, back.why, back.who, back.version) == (Keep.FIRST, "first fits", "lea", 3)
        again = undo_decision(connection, LEA, about.key(PAIR), 3)
        assert (again.keep, again.version) == (Keep.BOTH, 4)
        acts = [(one.who, one.act, one.keep) for one in decision_history(connection, ANN, about.key(PAIR))]
    assert acts == [
        ("ann", "consensus_decided", Keep.FIRST),
        ("ben", "consensus_decided", Keep.BOTH),
        ("lea", "consensus_undone", Keep.FIRST),
        ("lea", "consensus_undone", Keep.BOTH),
    ]
    with store.engine.connect() as connection:
        own = {one.id: one.code for one in codings.codings_in(connection, LEA, INTERVIEW)}
    assert own == {anns.id: care, bens.id: fear}, "the coders' own codings stay as they are"


def test_undoing_the_first_decision_opens_the_disagreement_again(store: CodingStore) -> None:
    mark(store, "ann", code(store, "care"))
    ready(store, "ann", "ben")
    (about,) = open_ones(store)
    decided(store, LEA, about, Keep.NEITHER)
    with writing(store.engine) as connection:
        assert consensus_in(connection, LEA, INTERVIEW, PAIR).left_open == 0
        undone = undo_decision(connection, LEA, about.key(PAIR), 1)
        assert undone.removed
        assert consensus_in(connection, LEA, INTERVIEW, PAIR).left_open == 1
    assert decided(store, LEA, about, Keep.FIRST, 2).version == 3


def test_another_code_and_edges_are_kept_where_they_can_be(store: CodingStore) -> None:
    care, hope = code(store, "care"), code(store, "hope")
    mark(store, "ann", care, 1, 3)
    ready(store, "ann", "ben")
    (about,) = open_ones(store)
    kept = decided(store, BEN, about, Keep.OTHER, other=Mark(hope, 1000, 1800))
    assert [(one.code, one.start_ms, one.end_ms, one.last_word) for one in kept.codings] == [
        (hope, 1000, 1800, 2)
    ]
    for bad in (None, Mark(hope, 1800, 1000), Mark("nothing", 0, 1000), Mark(hope, 0, 10**9)):
        with pytest.raises(Refused):
            decided(store, BEN, about, Keep.OTHER, 1, bad)


def test_the_two_coders_and_leads_decide_and_others_who_may_look_do_not(store: CodingStore) -> None:
    mark(store, "ann", code(store, "care"))
    ready(store, "ann", "ben")
    (about,) = open_ones(store)
    with pytest.raises(NotThere):
        decided(store, CLEO, about, Keep.FIRST)
    ready(store, "cleo")
    with pytest.raises(Refused):
        decided(store, CLEO, about, Keep.FIRST)
    assert decided(store, LEA, about, Keep.FIRST).who == "lea"


def test_a_decision_is_hidden_from_whom_the_codings_are(store: CodingStore) -> None:
    mark(store, "ann", code(store, "care"))
    ready(store, "ann", "ben")
    (about,) = open_ones(store)
    decided(store, ANN, about, Keep.FIRST)
    with writing(store.engine) as connection:
        assert len(decisions_in(connection, BEN, PAIR, [INTERVIEW])) == 1
        set_coded(connection, INTERVIEW, "ben", False)
        for coder in (BEN, ANN, CLEO):
            assert decisions_in(connection, coder, PAIR, [INTERVIEW]) == ()
            for ask in (decision_history, lambda *asked: undo_decision(*asked, 1)):
                with pytest.raises(NotThere):
                    ask(connection, coder, about.key(PAIR))
            with pytest.raises(NotThere):
                consensus_in(connection, coder, INTERVIEW, PAIR)
        assert len(decisions_in(connection, LEA, PAIR, [INTERVIEW])) == 1


def test_who_decides_later_is_told_what_was_decided(store: CodingStore) -> None:
    mark(store, "ann", code(store, "care"))
    ready(store, "ann", "ben")
    (about,) = open_ones(store)
    decided(store, ANN, about, Keep.FIRST)
    for known in (0, 7):
        with pytest.raises(DecisionOvertaken) as told:
            decided(store, BEN, about, Keep.SECOND, known)
        assert (told.value.now.who, told.value.now.keep) == ("ann", Keep.FIRST)


def test_what_was_coded_otherwise_since_is_decided_anew(store: CodingStore) -> None:
    care = code(store, "care")
    one = mark(store, "ann", care, 1, 3)
    ready(store, "ann", "ben")
    (about,) = open_ones(store)
    decided(store, ANN, about, Keep.FIRST)
    ready(store, "ben", done=False)
    mark(store, "ben", care, 1, 3)
    ready(store, "ben")
    with store.engine.connect() as connection:
        now = consensus_in(connection, LEA, INTERVIEW, PAIR)
        assert not_blind(connection, PAIR, [INTERVIEW]) == 1
    assert [(each.code, each.first_word) for each in now.alike] == [(care, 1)]
    assert ([each.id for each in now.outdated], now.decisions, now.left_open) == ([about.key(PAIR)], (), 0)
    with pytest.raises(Refused, match="changed meanwhile"):
        decided(store, ANN, about, Keep.FIRST, 1)
    assert one.version == 1


def test_a_merged_code_is_told_as_the_one_it_is_in(store: CodingStore) -> None:
    care, hope, worry = code(store, "care"), code(store, "hope"), code(store, "worry")
    mark(store, "ann", care, 1, 3)
    ready(store, "ann", "ben")
    (about,) = open_ones(store)
    decided(store, ANN, about, Keep.OTHER, other=Mark(hope, 1000, 1800))
    known = version(store, hope)
    with writing(store.engine) as connection:
        codebook.merge_codes(connection, "lea", hope, known, worry)
        (kept,) = consensus_in(connection, LEA, INTERVIEW, PAIR).decisions
    assert [each.code for each in kept.codings] == [worry]


def test_a_release_taken_back_hides_decisions_and_a_withdrawal_erases_them(store: CodingStore) -> None:
    mark(store, "ann", code(store, "care"))
    ready(store, "ann", "ben")
    (about,) = open_ones(store)
    decided(store, ANN, about, Keep.FIRST)
    with writing(store.engine) as connection:
        withdraw(connection, INTERVIEW)
        with pytest.raises(NotThere):
            decision_history(connection, LEA, about.key(PAIR))
        with pytest.raises(NotThere):
            consensus_in(connection, LEA, INTERVIEW, PAIR)
        erase_codings(connection, INTERVIEW, keep=True)
        for table in (tables.consensus, tables.consensus_change):
            assert connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() == 0


def test_what_a_decision_quotes_of_a_withdrawn_interview_is_taken_out(store: CodingStore) -> None:
    mark(store, "ann", code(store, "care"))
    ready(store, "ann", "ben")
    (about,) = open_ones(store)
    with writing(store.engine) as connection:
        said = words_of(connection, INTERVIEW).text
        quoting = " ".join(said.split()[:6])
        decide(connection, ANN, INTERVIEW, PAIR, about.key(PAIR), 0, Wanted(Keep.FIRST, f"As in {quoting}"))
        for table in (tables.consensus, tables.consensus_change):
            connection.execute(sa.update(table).values(interview_id="another"))
        erase_codings(connection, INTERVIEW, keep=False)
        kept = (tables.consensus.c.why, tables.consensus_change.c.why)
        whys = [connection.execute(sa.select(column)).scalar_one() for column in kept]
    assert all(why.startswith("As in") and quoting not in why for why in whys)
