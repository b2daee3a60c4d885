"""Codings, the codebook and memos: what is kept, what is refused, what becomes of them."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from models.values import Transcript
from service.coding import codebook, codings, memos, tables
from service.coding.codebook import CodeWords, Part
from service.coding.codings import Place
from service.coding.erasing import count_coded, erase_codings, erase_memos_of
from service.coding.seeing import may_see
from service.coding.store import (
    MIGRATIONS,
    CodingStore,
    Origin,
    coded_interviews,
    receive,
    set_coded,
    withdraw,
)
from service.coding.values import About, Coder, CodeState, Coding, NotThere, Overtaken, Refused
from service.coding.writing import writing
from service.database import open_database
from service.migrate import migrate
from service.naming import InterviewName
from tests.service.conftest import CONVERSATION, INTERVIEW, make_transcript

ANN, BEN, LEA = Coder("ann"), Coder("ben"), Coder("lea", leads=True)


def new_id() -> str:
    return str(uuid.uuid4())


def release(store: CodingStore, transcript: Transcript, revision: int = 1) -> None:
    with writing(store.engine) as connection:
        receive(connection, INTERVIEW, Origin((InterviewName("D03", "T", 2),)), transcript, revision)


@pytest.fixture
def store(tmp_path: Path) -> CodingStore:
    return store_at(f"sqlite:///{tmp_path / 'coding.sqlite'}")


def store_at(url: str) -> CodingStore:
    """A coding store with one released interview."""
    engine = open_database(url)
    migrate(engine, MIGRATIONS)
    store = CodingStore(engine)
    release(store, make_transcript(*CONVERSATION))
    return store


def code(store: CodingStore, name: str, parent: str | None = None) -> str:
    code_id = new_id()
    with writing(store.engine) as connection:
        codebook.add_code(connection, "ann", code_id, CodeWords(name), parent)
    return code_id


def mark(store: CodingStore, coder: str, of: str | None, first: int = 1, last: int = 3) -> Coding:
    with writing(store.engine) as connection:
        return codings.add_coding(connection, coder, INTERVIEW, new_id(), Place(first, last), of)


def version(store: CodingStore, code_id: str) -> int:
    with store.engine.connect() as connection:
        return next(one.version for one in codebook.current(connection).codes if one.id == code_id)


def seen(store: CodingStore, coder: Coder) -> dict[str, Coding]:
    with store.engine.connect() as connection:
        return {one.id: one for one in codings.codings_in(connection, coder, INTERVIEW)}


def with_word(transcript: Transcript, word_id: int, text: str) -> Transcript:
    utterances = tuple(
        replace(
            one,
            words=tuple(replace(word, text=text) if word.id == word_id else word for word in one.words),
        )
        for one in transcript.utterances
    )
    return replace(transcript, utterances=utterances)


def test_what_is_sent_twice_is_there_once(store: CodingStore) -> None:
    care, coding_id = code(store, "care"), new_id()
    for _ in range(3):
        with writing(store.engine) as connection:
            made = codings.add_coding(connection, "ann", INTERVIEW, coding_id, Place(1, 3), care, 50)
        assert (made.coder, made.code, made.version) == ("ann", care, 1)
    assert list(seen(store, ANN)) == [coding_id]
    with pytest.raises(Overtaken), writing(store.engine) as connection:
        codings.add_coding(connection, "ann", INTERVIEW, coding_id, Place(2, 3), care, 50)
    with pytest.raises(NotThere), writing(store.engine) as connection:
        codings.add_coding(connection, "ben", INTERVIEW, coding_id, Place(1, 3), care, 50)
    with store.engine.connect() as connection:
        before = codebook.current(connection).version
    with writing(store.engine) as connection:
        codebook.add_code(connection, "ann", care, CodeWords("care"))
        assert codebook.current(connection).version == before


def test_a_segment_is_named_later_removed_and_restored_with_its_history(store: CodingStore) -> None:
    care, one = code(store, "care"), mark(store, "ann", None, 3, 1)
    assert (one.anchor.first_word, one.anchor.last_word) == (1, 3)
    with writing(store.engine) as connection:
        named = codings.change_coding(connection, ANN, one.id, 1, code=care, weight=70)
        with pytest.raises(Overtaken) as told:
            codings.change_coding(connection, ANN, one.id, 1, code=None, weight=None)
        assert told.value.now == named
        codings.remove_coding(connection, ANN, one.id, 2)
        assert codings.codings_in(connection, ANN, INTERVIEW) == ()
        back = codings.restore_coding(connection, ANN, one.id, 3)
        assert (back.code, back.weight, back.removed) == (care, 70, False)
        acts = [(change.who, change.act) for change in codings.history(connection, ANN, one.id)]
    assert acts == [
        ("ann", "coding_added"),
        ("ann", "coding_changed"),
        ("ann", "coding_removed"),
        ("ann", "coding_restored"),
    ]


def test_a_place_or_code_that_is_not_there_is_refused(store: CodingStore) -> None:
    for place, of in ((Place(1, 99_999), None), (Place(1, 2, 500, 400), None), (Place(1, 2), new_id())):
        with pytest.raises(Refused), writing(store.engine) as connection:
            codings.add_coding(connection, "ann", INTERVIEW, new_id(), place, of)
    assert seen(store, ANN) == {}


def test_merging_keeps_codings_and_is_undone(store: CodingStore) -> None:
    care, warmth = code(store, "care"), code(store, "warmth")
    below = code(store, "small care", care)
    theme = new_id()
    with writing(store.engine) as connection:
        codebook.put_theme(connection, "lea", theme, None, "closeness", "", [care])
    kept, moved = mark(store, "ann", care), mark(store, "ben", care)
    with writing(store.engine) as connection:
        codebook.merge_codes(connection, "lea", care, version(store, care), warmth)
        merged = codebook.current(connection)
    state = {one.id: one for one in merged.codes}
    assert (state[care].state, state[care].merged_into, state[below].parent) == (
        CodeState.MERGED,
        warmth,
        warmth,
    )
    assert merged.themes[0].codes == (warmth,)
    assert {one.code for one in seen(store, LEA).values()} == {warmth}
    with writing(store.engine) as connection:
        # What was coded anew since stays as it is.
        codings.change_coding(connection, BEN, moved.id, 2, code=None, weight=None)
        codebook.undo_change(connection, "lea", merged.version)
        undone = codebook.current(connection)
    assert seen(store, LEA)[kept.id].code == care
    assert seen(store, LEA)[moved.id].code is None
    state = {one.id: one for one in undone.codes}
    assert (state[care].state, state[below].parent) == (CodeState.USED, care)
    assert undone.themes[0].codes == (care,)
    with store.engine.connect() as connection:
        assert codebook.at_version(connection, merged.version).codes == merged.codes
        told = codebook.changes(connection, merged.version)
    assert [(one.who, one.act, one.undoes) for one in told] == [("lea", "change_undone", merged.version)]


def test_changes_are_undone_one_after_the_other_back_to_the_first(store: CodingStore) -> None:
    care, warmth, love = code(store, "care"), code(store, "warmth"), code(store, "love")
    one, by_hand = mark(store, "ann", care), mark(store, "ann", care)
    with writing(store.engine) as connection:
        codebook.merge_codes(connection, "lea", care, 1, warmth)
        codebook.edit_code(connection, "lea", warmth, 2, CodeWords(name="warm"))
        codebook.merge_codes(connection, "lea", warmth, 5, love)
        codings.change_coding(connection, ANN, by_hand.id, 3, code=love, weight=10)
    with pytest.raises(Refused, match="by change 6"), writing(store.engine) as connection:
        codebook.undo_change(connection, "lea", 5)
    with writing(store.engine) as connection:
        for number in (6, 5, 4):
            codebook.undo_change(connection, "lea", number)
        names = {one.id: one.name for one in codebook.current(connection).codes}
    assert (names[care], names[warmth]) == ("care", "warmth")
    found = seen(store, ANN)
    assert found[one.id].code == care
    assert (found[by_hand.id].code, found[by_hand.id].weight) == (love, 10)


def test_splitting_moves_the_codings_that_are_named(store: CodingStore) -> None:
    care, part = code(store, "care"), new_id()
    stays, goes = mark(store, "ann", care), mark(store, "ann", care)
    with writing(store.engine) as connection:
        codebook.split_code(
            connection, "lea", care, version(store, care), [Part(part, "warmth", (goes.id,), "#0072b2")]
        )
    assert (seen(store, ANN)[stays.id].code, seen(store, ANN)[goes.id].code) == (care, part)
    with store.engine.connect() as connection:
        colours = {one.id: one.colour for one in codebook.current(connection).codes}
    assert (colours[care], colours[part]) == ("", "#0072b2")
    at = version(store, care)
    with pytest.raises(Refused), writing(store.engine) as connection:
        codebook.split_code(connection, "lea", care, at, [Part(new_id(), "x", (goes.id,))])


def test_every_past_version_can_be_shown(store: CodingStore) -> None:
    care = code(store, "care")
    warmth = code(store, "warmth")
    with writing(store.engine) as connection:
        codebook.edit_code(connection, "lea", care, 1, CodeWords("Caring", colour="#112233"))
        codebook.move_code(connection, "lea", warmth, 2, care)
        codebook.remove_code(connection, "lea", warmth, 4)
        with pytest.raises(Overtaken):
            codebook.edit_code(connection, "lea", care, 1, CodeWords("other"))

    def shown(number: int) -> list[tuple[str, str | None, str]]:
        with store.engine.connect() as connection:
            book = codebook.at_version(connection, number)
        return sorted((one.name, one.parent, str(one.state)) for one in book.codes)

    assert shown(1) == [("care", None, "used")]
    assert shown(3) == [("Caring", None, "used"), ("warmth", None, "used")]
    assert shown(4) == [("Caring", None, "used"), ("warmth", care, "used")]
    assert shown(5) == [("Caring", None, "used"), ("warmth", care, "removed")]
    with pytest.raises(NotThere):
        shown(99)


def test_the_codebook_refuses_what_would_break_it(store: CodingStore) -> None:
    care = code(store, "care")
    below = code(store, "warmth", care)
    mark(store, "ann", below)
    tries: list[Callable[[sa.Connection], object]] = [
        lambda c: codebook.move_code(c, "lea", care, 1, below),
        lambda c: codebook.merge_codes(c, "lea", care, 1, below),
        lambda c: codebook.remove_code(c, "lea", care, 1),
        lambda c: codebook.remove_code(c, "lea", below, 2),
        lambda c: codebook.add_code(c, "lea", new_id(), CodeWords("CARE")),
        lambda c: codebook.undo_change(c, "lea", 2),
        lambda c: codebook.undo_change(c, "lea", 1),
    ]
    for attempt in tries:
        with pytest.raises(Refused), writing(store.engine) as connection:
            attempt(connection)
    with store.engine.connect() as connection:
        assert codebook.current(connection).version == 2


def test_coders_are_blind_until_both_are_ready(store: CodingStore) -> None:
    of_ann, of_ben = mark(store, "ann", None), mark(store, "ben", None)
    assert (set(seen(store, ANN)), set(seen(store, BEN))) == ({of_ann.id}, {of_ben.id})
    assert set(seen(store, LEA)) == {of_ann.id, of_ben.id}
    with writing(store.engine) as connection:
        memos.add_memo(connection, BEN, new_id(), About.CODING, of_ben.id, "how it sounds")
        set_coded(connection, INTERVIEW, "ann", True)
        assert not may_see(connection, ANN, INTERVIEW, "ben")
        assert memos.memos_in(connection, ANN, INTERVIEW) == ()
        assert coded_interviews(connection) == frozenset(), "ben is not ready"
        with pytest.raises(NotThere):
            codings.history(connection, ANN, of_ben.id)
        with pytest.raises(NotThere):
            codings.change_coding(connection, ANN, of_ben.id, 1, code=None, weight=1)
        set_coded(connection, INTERVIEW, "ben", True)
        assert coded_interviews(connection) == {INTERVIEW}
        assert len(memos.memos_in(connection, ANN, INTERVIEW)) == 1
        with pytest.raises(Refused):
            codings.change_coding(connection, ANN, of_ben.id, 1, code=None, weight=1)
    assert set(seen(store, ANN)) == {of_ann.id, of_ben.id}
    mark(store, "cat", None)
    with store.engine.connect() as connection:
        assert coded_interviews(connection) == frozenset(), "somebody began to code"


def test_changed_words_are_flagged_and_nothing_is_moved(store: CodingStore) -> None:
    transcript = make_transcript(*CONVERSATION)
    touched, other = mark(store, "ann", None, 1, 3), mark(store, "ann", None, 4, 5)
    release(store, with_word(transcript, 2, "[NAME-1]"), 2)
    now = seen(store, ANN)
    assert (now[touched.id].words_changed, now[other.id].words_changed) == (True, False)
    assert now[touched.id].anchor == touched.anchor
    assert now[touched.id].words_digest == touched.words_digest
    release(store, transcript, 3)
    assert not seen(store, ANN)[touched.id].words_changed, "they are as they were again"
    release(store, with_word(transcript, 2, "[NAME-1]"), 4)
    with writing(store.engine) as connection:
        accepted = codings.accept_words(connection, ANN, touched.id, 1)
    assert not accepted.words_changed
    assert accepted.words_digest != touched.words_digest
    release(store, with_word(transcript, 2, "[NAME-1]"), 5)
    assert not seen(store, ANN)[touched.id].words_changed


def test_where_word_ids_went_or_mean_other_words_time_says_where(store: CodingStore) -> None:
    transcript = make_transcript(*CONVERSATION)
    one = mark(store, "ann", None, 1, 3)
    shifted = tuple(
        replace(said, words=tuple(replace(word, id=word.id + 2) for word in said.words))
        for said in transcript.utterances
    )
    release(store, replace(transcript, utterances=shifted), 2)
    held = seen(store, ANN)[one.id]
    assert held.words_changed
    assert held.anchor == one.anchor
    with writing(store.engine) as connection:
        suggested = codings.suggested_anchors(connection, INTERVIEW, [held])[one.id]
        assert suggested is not None
        assert (suggested.first_word, suggested.last_word) == (3, 5)
        assert codings.accept_words(connection, ANN, one.id, 1).anchor == suggested
    assert seen(store, ANN)[one.id].words_digest == one.words_digest


def test_a_release_taken_back_hides_codings_and_the_next_shows_them(store: CodingStore) -> None:
    one = mark(store, "ann", None)
    with writing(store.engine) as connection:
        memos.add_memo(connection, ANN, new_id(), About.INTERVIEW, INTERVIEW, "first thoughts")
        set_coded(connection, INTERVIEW, "ann", True)
        withdraw(connection, INTERVIEW)
    with store.engine.connect() as connection:
        assert codings.own_codings(connection, "ann") == ()
        with pytest.raises(NotThere):
            codings.history(connection, ANN, one.id)
        with pytest.raises(NotThere):
            memos.memos_about(connection, ANN, About.INTERVIEW, INTERVIEW)
    release(store, make_transcript(*CONVERSATION), 2)
    assert seen(store, ANN) == {one.id: one}
    with store.engine.connect() as connection:
        assert len(memos.memos_in(connection, ANN, INTERVIEW)) == 1
        assert coded_interviews(connection) == {INTERVIEW}


def everything(store: CodingStore) -> str:
    with store.engine.connect() as connection:
        return "\n".join(
            str(row)
            for table in tables.metadata.sorted_tables
            for row in connection.execute(sa.select(table))
        )


@pytest.mark.parametrize("keep", [False, True])
def test_a_withdrawal_erases_or_keeps_without_what_was_said(store: CodingStore, keep: bool) -> None:
    said = " ".join(word.text for word in make_transcript(*CONVERSATION).utterances[0].words)
    longest = max(make_transcript(*CONVERSATION).utterances, key=lambda one: len(one.words))
    example = " ".join(word.text for word in longest.words[:6])
    care = code(store, "care")
    with writing(store.engine) as connection:
        codebook.edit_code(connection, "lea", care, 1, CodeWords(example=example))
    one = mark(store, "ann", care)
    quoting = " ".join(word.text for word in longest.words[:4])
    with writing(store.engine) as connection:
        memos.add_memo(connection, ANN, new_id(), About.CODING, one.id, f"she says {quoting}")
        memos.add_memo(connection, ANN, new_id(), About.INTERVIEW, INTERVIEW, "my own xylophone")
        thought = memos.add_memo(connection, ANN, new_id(), About.CODING, one.id, "a marigold").id
        memos.add_memo(connection, ANN, new_id(), About.PARTICIPANT, "D03-T", "of a lighthouse")
        counted = count_coded(connection, [INTERVIEW], "D03-T")
        assert (counted.codings, counted.memos, counted.codings_kept, counted.memos_kept) == (1, 4, 1, 2)
        assert counted.quoting == 1
    for _ in range(2):
        with writing(store.engine) as connection:
            erase_codings(connection, INTERVIEW, keep=keep)
            erase_memos_of(connection, "D03-T")
            withdraw(connection, INTERVIEW)
    left = everything(store)
    assert said
    assert not any(text in left for text in (quoting, example, "lighthouse", one.words_digest))
    # Whoever follows is told which interview they have to erase; nothing else names it.
    with store.engine.connect() as connection:
        told = connection.execute(
            sa.select(tables.feed_entry.c.act).where(tables.feed_entry.c.subject == INTERVIEW)
        ).scalars()
        assert list(told) == ["interview_withdrawn"]
    assert left.count(INTERVIEW) == 1
    # An old export or a follower's copy knows the coding, its memo and the interview by their ids.
    assert one.id not in left
    assert thought not in left
    assert ("xylophone" in left, "a marigold" in left) == (keep, keep)
    with store.engine.connect() as connection:
        rows = connection.execute(sa.select(tables.coding)).all()
        on_codings = sa.select(tables.memo.c.subject).where(tables.memo.c.about == "coding")
        assert connection.execute(on_codings).scalars().all() == [row.id for row in rows]
    assert [(row.coder, row.code, row.start_ms) for row in rows] == (
        [("ann", care, one.anchor.start_ms)] if keep else []
    )


def test_memos_on_everything_keep_their_versions(store: CodingStore) -> None:
    care, theme = code(store, "care"), new_id()
    with writing(store.engine) as connection:
        codebook.put_theme(connection, "lea", theme, None, "closeness", "", [care])
    one = mark(store, "ann", care)
    subjects = {
        About.CODE: care,
        About.THEME: theme,
        About.CODING: one.id,
        About.INTERVIEW: INTERVIEW,
        About.PARTICIPANT: "D03-T",
        About.GROUP: "D03",
        About.STUDY: "",
    }
    assert set(subjects) == set(About)
    for about, subject in subjects.items():
        memo_id = new_id()
        with writing(store.engine) as connection:
            for _ in range(2):
                made = memos.add_memo(connection, ANN, memo_id, about, subject, "a thought")
            edited = memos.edit_memo(connection, ANN, memo_id, made.version, "another")
            assert memos.memos_about(connection, ANN, about, subject) == (edited,)
            with pytest.raises(Overtaken):
                memos.remove_memo(connection, ANN, memo_id, made.version)
            memos.remove_memo(connection, ANN, memo_id, edited.version)
            assert memos.memos_about(connection, ANN, about, subject) == ()
        with pytest.raises(NotThere), writing(store.engine) as connection:
            memos.add_memo(connection, ANN, new_id(), about, "nowhere", "a thought")


def test_many_at_once_lose_nothing_and_double_nothing(store: CodingStore) -> None:
    care = code(store, "care")
    sent: dict[str, str] = {}
    failed: list[BaseException] = []

    def work(coder: str) -> None:
        try:
            for number in range(8):
                coding_id = new_id()
                sent[coding_id] = coder
                for _ in range(2):
                    with writing(store.engine) as connection:
                        codings.add_coding(connection, coder, INTERVIEW, coding_id, Place(1, 3), care)
                if number == 0:
                    code(store, f"of {coder}")
        except BaseException as error:
            failed.append(error)

    workers = [threading.Thread(target=work, args=(f"coder{number}",)) for number in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert failed == []
    assert {one.id: one.coder for one in seen(store, LEA).values()} == sent
    with store.engine.connect() as connection:
        numbers = [one.number for one in codebook.changes(connection)]
    assert numbers == list(range(1, 10))
