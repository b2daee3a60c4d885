"""Listening sessions: kept, changed side by side, shown to each as they may see them, erased with an interview."""

from __future__ import annotations

import threading
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from models.values import MarkerKind
from service.coding import codings, memos, tables
from service.coding.erasing import count_coded, erase_codings
from service.coding.listening import notes, playlist, sessions
from service.coding.listening.choosing import Wanted, chosen
from service.coding.listening.notes import Written
from service.coding.listening.standing import Standing, standing
from service.coding.listening.summary import Heard, as_html, as_markdown
from service.coding.listening.values import (
    LEADS_ALONE,
    About,
    Chosen,
    Listed,
    Note,
    NoteKind,
    SessionOvertaken,
    SessionState,
)
from service.coding.moments import Stretch
from service.coding.store import CodingStore, set_coded, withdraw
from service.coding.values import About as Subject
from service.coding.values import Coder, NotThere, Refused
from service.coding.writing import writing
from service.settings import Settings
from service.transcript.selecting import Selection
from tests.service.coding.test_codings import ANN, BEN, LEA, code, everything, mark, new_id, release, store_at
from tests.service.conftest import CONVERSATION, INTERVIEW, make_transcript

PATTERN = Settings().name_pattern
FIRST, SECOND = Stretch(INTERVIEW, 0, 2500), Stretch(INTERVIEW, 4500, 5700)


@pytest.fixture
def store(tmp_path: Path) -> CodingStore:
    return store_at(f"sqlite:///{tmp_path / 'coding.sqlite'}")


def session_with(store: CodingStore, *chosen_ones: Chosen, maker: Coder = ANN) -> str:
    session_id = new_id()
    with writing(store.engine) as connection:
        sessions.make_session(connection, maker, session_id, About("Revision", date(2026, 3, 1), ("Ann",)))
        playlist.add_moments(connection, maker, session_id, new_id(), chosen_ones)
    return session_id


def listed(store: CodingStore, reader: Coder, session_id: str) -> tuple[Listed, ...]:
    with store.engine.connect() as connection:
        return playlist.playlist_of(connection, reader, session_id).listed


def read(store: CodingStore, reader: Coder, session_id: str) -> list[str]:
    with store.engine.connect() as connection:
        return [one.text for one in notes.notes_of(connection, reader, session_id).notes]


def write(
    store: CodingStore,
    writer: Coder,
    session_id: str,
    text: str,
    moment: str | None = None,
    kind: NoteKind = NoteKind.NOTE,
) -> Note:
    with writing(store.engine) as connection:
        return notes.add_note(connection, writer, session_id, new_id(), Written(kind, moment, None, text))


def stands(store: CodingStore, reader: Coder, session_id: str) -> Standing:
    with store.engine.connect() as connection:
        return standing(connection, reader, sessions.find_session(connection, session_id))


def seen_of(store: CodingStore, finder: Coder, reader: Coder, **wanted: object) -> list[Stretch]:
    """What ``reader`` sees of a playlist that ``finder`` made of what is wanted."""
    with store.engine.connect() as connection:
        found = chosen(connection, finder, Wanted(**wanted), PATTERN)  # type: ignore[arg-type]
    return [one.stretch for one in listed(store, reader, session_with(store, *found, maker=finder))]


def say_ready(store: CodingStore, *coders: str) -> None:
    with writing(store.engine) as connection:
        for coder in coders:
            set_coded(connection, INTERVIEW, coder, True)


def test_what_is_sent_twice_is_there_once(store: CodingStore) -> None:
    session_id, request = new_id(), new_id()
    with writing(store.engine) as connection:
        for new in (True, False):
            _, is_new = sessions.make_session(connection, ANN, session_id, About("Revision"))
            assert is_new is new
            playlist.add_moments(connection, ANN, session_id, request, [Chosen(FIRST), Chosen(SECOND)])
        with pytest.raises(NotThere):
            sessions.make_session(connection, BEN, session_id, About("Revision"))
        written = Written(NoteKind.NOTE, None, None, "to hear again")
        note_id = new_id()
        again = [notes.add_note(connection, ANN, session_id, note_id, written) for _ in range(2)]
        assert again[0] == again[1]
        with pytest.raises(SessionOvertaken):
            notes.add_note(connection, ANN, session_id, note_id, Written(NoteKind.NOTE, None, None, "x"))
        with pytest.raises(NotThere):
            notes.add_note(connection, BEN, session_id, note_id, written)
    assert [one.stretch for one in listed(store, BEN, session_id)] == [FIRST, SECOND]


def test_a_late_change_is_told_what_is_there_and_a_closed_session_is_not_written_in(
    store: CodingStore,
) -> None:
    session_id = session_with(store, Chosen(FIRST))
    (only,) = listed(store, ANN, session_id)
    closed = About("Revision 2", None, ("Ann", "Ben"), SessionState.CLOSED)
    with writing(store.engine) as connection:
        changed = sessions.change_session(connection, session_id, 1, closed)
        assert (changed.about, changed.version) == (closed, 2)
        with pytest.raises(SessionOvertaken) as told:
            sessions.change_session(connection, session_id, 1, About("late"))
        assert told.value.now == changed
        with pytest.raises(Refused):
            sessions.move_to(connection, ANN, session_id, only.id)
    with pytest.raises(Refused):
        write(store, ANN, session_id, "too late")
    with writing(store.engine) as connection:
        sessions.change_session(connection, session_id, 2, About("x", state=SessionState.REMOVED))
        assert sessions.list_sessions(connection) == ()


def test_the_last_who_moves_is_right_and_what_was_reached_counts_as_heard(store: CodingStore) -> None:
    session_id = session_with(store, Chosen(FIRST), Chosen(SECOND))
    first, second = listed(store, ANN, session_id)
    with writing(store.engine) as connection:
        sessions.move_to(connection, ANN, session_id, first.id)
        now = sessions.move_to(connection, BEN, session_id, second.id)
        assert (now.at, now.moved, now.moved_by) == (second.id, 2, "ben")
        assert playlist.count_moments(connection, ANN)[session_id] == playlist.Counted(2, 2)
        with pytest.raises(NotThere):
            sessions.move_to(connection, BEN, session_id, new_id())
    before = stands(store, BEN, session_id)
    with writing(store.engine) as connection:
        playlist.place_after(connection, ANN, session_id, second.id, None)
    assert stands(store, BEN, session_id).playlist != before.playlist
    assert [one.id for one in listed(store, ANN, session_id)] == [second.id, first.id]
    with writing(store.engine) as connection:
        playlist.set_removed(connection, ANN, session_id, second.id, removed=True)
    assert [one.id for one in listed(store, ANN, session_id)] == [first.id]
    with writing(store.engine) as connection:
        playlist.set_removed(connection, ANN, session_id, second.id, removed=False)
    assert [one.id for one in listed(store, ANN, session_id)] == [second.id, first.id]


def test_many_who_write_at_once_lose_nothing(store: CodingStore) -> None:
    session_id = session_with(store, Chosen(FIRST))
    (only,) = listed(store, ANN, session_id)

    def work(coder: Coder) -> None:
        for number in range(10):
            write(store, coder, session_id, f"{coder.name} {number}", only.id)

    threads = [threading.Thread(target=work, args=(one,)) for one in (ANN, BEN, LEA)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(read(store, LEA, session_id)) == sorted(
        f"{name} {number}" for name in ("ann", "ben", "lea") for number in range(10)
    )
    with store.engine.connect() as connection:
        assert sessions.find_session(connection, session_id).changes == 31


def test_only_its_writer_changes_a_note(store: CodingStore) -> None:
    session_id = session_with(store, Chosen(FIRST))
    note = write(store, ANN, session_id, "slower here")
    with writing(store.engine) as connection:
        with pytest.raises(Refused):
            notes.edit_note(connection, LEA, session_id, note.id, 1, "mine")
        edited = notes.edit_note(connection, ANN, session_id, note.id, 1, "much slower")
        with pytest.raises(SessionOvertaken):
            notes.remove_note(connection, ANN, session_id, note.id, 1)
        notes.remove_note(connection, ANN, session_id, note.id, edited.version)
        assert notes.notes_of(connection, LEA, session_id).notes == ()
        notes.edit_note(connection, ANN, session_id, note.id, edited.version + 1, "back")
    assert read(store, BEN, session_id) == ["back"]


def test_moments_that_come_from_codings_are_hidden_until_those_may_be_seen(store: CodingStore) -> None:
    sad = code(store, "sadness")
    mark(store, "ann", sad, 1, 3)
    with store.engine.connect() as connection:
        found = chosen(connection, ANN, Wanted(code=sad), PATTERN)
        assert chosen(connection, BEN, Wanted(code=sad), PATTERN) == ()
        assert chosen(connection, BEN, Wanted(coder="ann"), PATTERN) == ()
    assert [one.coders for one in found] == [("ann",)]
    session_id = session_with(store, *found, Chosen(SECOND))
    from_codings, by_hand = listed(store, ANN, session_id)
    write(store, LEA, session_id, "a lead's", from_codings.id)
    write(store, ANN, session_id, "a coder's", by_hand.id)
    write(store, ANN, session_id, "for all")
    with writing(store.engine) as connection:
        sessions.move_to(connection, ANN, session_id, from_codings.id)
        assert not playlist.sees(connection, BEN, session_id, from_codings.id)
        with pytest.raises(NotThere):
            playlist.find_listed(connection, BEN, session_id, from_codings.id)
        assert playlist.count_moments(connection, BEN)[session_id] == playlist.Counted(1, 0)
    with pytest.raises(NotThere):
        write(store, BEN, session_id, "about what is hidden", from_codings.id)
    assert listed(store, BEN, session_id) == (by_hand,)
    assert len(listed(store, LEA, session_id)) == 2
    assert read(store, BEN, session_id) == ["for all"]
    say_ready(store, "ben")
    assert listed(store, BEN, session_id) == (by_hand,)
    assert read(store, BEN, session_id) == ["for all"], "the one who codes there is not ready"
    say_ready(store, "ann")
    assert len(listed(store, BEN, session_id)) == 2
    assert read(store, BEN, session_id) == ["a lead's", "a coder's", "for all"]


def test_a_playlist_is_made_from_all_that_is_wanted(store: CodingStore) -> None:
    care, below = code(store, "care"), ""
    below = code(store, "small care", care)
    mark(store, "ann", below, 1, 3)
    mark(store, "lea", care, 2, 6)

    def found(**wanted: object) -> list[tuple[int, int]]:
        with store.engine.connect() as connection:
            made = chosen(connection, LEA, Wanted(**wanted), PATTERN)  # type: ignore[arg-type]
        return [(one.stretch.start_ms, one.stretch.end_ms) for one in made]

    (together,) = found(code=care)
    (alone,) = found(code=below)
    assert together[0] == alone[0]
    assert together[1] > alone[1]
    assert found(code=care, coder="ann") == [alone]
    assert found(text="held my") != []
    assert found(code=below, text="held my") == []
    assert found(code=care, interviews=Selection(role="T", wave=2)) == [together]
    assert found(code=care, interviews=Selection(wave=3)) == []
    assert found(marker=MarkerKind.LAUGHTER) == []
    (whole,) = found(interviews=Selection(group="D03"))
    assert whole[0] == 0
    with pytest.raises(NotThere):
        found(theme=new_id())


def test_a_query_makes_a_playlist_that_shows_no_codings(store: CodingStore) -> None:
    mark(store, "ann", code(store, "sadness"), 1, 3)

    def coders(query: str, **more: object) -> list[tuple[str, ...]]:
        with store.engine.connect() as connection:
            wanted = Wanted(query, **more)  # type: ignore[arg-type]
            return [one.coders for one in chosen(connection, ANN, wanted, PATTERN)]

    assert coders("code:sadness") == [("ann",)]
    assert coders("wave:2 and not code:sadness")[0] == ("ann",), "where nothing is coded tells what is"
    assert coders('"held my"') == [()]
    assert coders("code:sadness", interviews=Selection(wave=3)) == []


def test_what_a_query_finds_by_memos_is_hidden_with_their_coders_and_writers(store: CodingStore) -> None:
    marked = mark(store, "ben", code(store, "care"))
    with writing(store.engine) as connection:
        memos.add_memo(connection, BEN, new_id(), Subject.CODING, marked.id, "turning point")
        memos.add_memo(connection, LEA, new_id(), Subject.INTERVIEW, INTERVIEW, "how it began")
    for query in ("memo:*", 'memo:"turning point"', '"held my" and not memo:"turning point"'):
        assert seen_of(store, LEA, LEA, query=query) != [], query
        assert seen_of(store, LEA, ANN, query=query) == [], query
    say_ready(store, "ann", "ben")
    assert seen_of(store, LEA, ANN, query="memo:*") == [], "a memo's writer codes nothing and is not ready"
    assert seen_of(store, LEA, ANN, query="code:care") != []
    say_ready(store, "lea")
    assert seen_of(store, LEA, ANN, query="memo:*") != []


def test_what_is_wanted_together_is_hidden_with_the_coders_of_all_of_it(store: CodingStore) -> None:
    care = code(store, "care")
    mark(store, "ben", care, 3, 12)
    for more in ({"code": care}, {"coder": "ben"}):
        assert seen_of(store, LEA, LEA, query='"held my"', **more) != []
        assert seen_of(store, LEA, ANN, query='"held my"', **more) == []
    say_ready(store, "ann", "ben")
    assert seen_of(store, LEA, ANN, query='"held my"', code=care) != []


def test_that_nobody_has_coded_is_told_to_leads_alone(store: CodingStore) -> None:
    for query in ("is:uncoded", '"held my" and not memo:*'):
        with store.engine.connect() as connection:
            assert {one.coders for one in chosen(connection, LEA, Wanted(query), PATTERN)} == {LEADS_ALONE}
            assert {one.coders for one in chosen(connection, ANN, Wanted(query), PATTERN)} == {("ann",)}
        assert seen_of(store, LEA, LEA, query=query) != []
        assert seen_of(store, LEA, ANN, query=query) == []
        assert seen_of(store, ANN, ANN, query=query) != []
        assert seen_of(store, ANN, BEN, query=query) == []
    say_ready(store, "ann", "ben")
    assert seen_of(store, LEA, ANN, query="is:uncoded") == []
    assert seen_of(store, ANN, BEN, query="is:uncoded") != []


def test_a_note_shows_whether_its_writer_codes_or_not(store: CodingStore) -> None:
    session_id = session_with(store, Chosen(FIRST))
    (only,) = listed(store, ANN, session_id)
    write(store, BEN, session_id, "ben's", only.id)
    write(store, LEA, session_id, "a lead's", only.id)
    assert read(store, ANN, session_id) == []
    say_ready(store, "ann")
    assert read(store, ANN, session_id) == ["a lead's"]
    marked = mark(store, "ben", None)
    mark(store, "lea", None)
    assert read(store, ANN, session_id) == ["a lead's"]
    with writing(store.engine) as connection:
        codings.remove_coding(connection, BEN, marked.id, 1)
    assert read(store, ANN, session_id) == ["a lead's"]
    say_ready(store, "ben")
    assert read(store, ANN, session_id) == ["ben's", "a lead's"]


def test_what_one_may_not_see_changes_nothing_that_is_told(store: CodingStore) -> None:
    care = code(store, "care")
    mark(store, "ben", care)
    session_id = session_with(store, Chosen(FIRST), Chosen(SECOND, ("ben",)), maker=LEA)
    first, second = listed(store, BEN, session_id)
    write(store, BEN, session_id, "at first", first.id)
    ann, ben = stands(store, ANN, session_id), stands(store, BEN, session_id)
    with store.engine.connect() as connection:
        since = sessions.find_session(connection, session_id).changed_at
    write(store, BEN, session_id, "more", first.id)
    assert stands(store, BEN, session_id).playlist == ben.playlist
    assert stands(store, BEN, session_id).changes != ben.changes
    with writing(store.engine) as connection:
        playlist.set_removed(connection, BEN, session_id, second.id, removed=True)
        playlist.set_removed(connection, BEN, session_id, second.id, removed=False)
        playlist.add_moments(connection, BEN, session_id, new_id(), [Chosen(SECOND, ("ben",))])
        assert sessions.find_session(connection, session_id).changed_at == since
    assert stands(store, BEN, session_id).playlist != ben.playlist
    assert stands(store, ANN, session_id) == ann
    write(store, ANN, session_id, "mine")
    assert stands(store, ANN, session_id) != ann


def test_the_limit_of_a_playlist_tells_nothing_of_what_is_hidden(
    store: CodingStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(playlist, "MOST_LISTED", 3)
    session_id = session_with(store, Chosen(FIRST), Chosen(SECOND, ("ben",)), maker=BEN)
    with writing(store.engine) as connection:
        with pytest.raises(Refused):
            playlist.add_moments(connection, ANN, session_id, new_id(), [Chosen(FIRST)] * 3)
        assert playlist.add_moments(connection, ANN, session_id, new_id(), [Chosen(FIRST)] * 2) == 2
        with pytest.raises(Refused):
            playlist.add_moments(connection, BEN, session_id, new_id(), [Chosen(FIRST)])


def test_a_note_that_is_kept_of_a_withdrawn_interview_is_for_leads_and_its_writer(store: CodingStore) -> None:
    session_id = session_with(store, Chosen(FIRST))
    (only,) = listed(store, ANN, session_id)
    write(store, BEN, session_id, "my hunch", only.id)
    write(store, LEA, session_id, "slower here", only.id)
    write(store, LEA, session_id, "for all")
    say_ready(store, "ann", "ben")
    with writing(store.engine) as connection:
        erase_codings(connection, INTERVIEW, keep=True)
        withdraw(connection, INTERVIEW)
    assert read(store, LEA, session_id) == ["my hunch", "slower here", "for all"]
    assert read(store, BEN, session_id) == ["my hunch", "for all"]
    assert read(store, ANN, session_id) == ["for all"]


@pytest.mark.parametrize("keep", [False, True])
def test_a_withdrawn_interview_leaves_nothing_in_sessions(store: CodingStore, keep: bool) -> None:
    session_id = session_with(store, Chosen(FIRST), Chosen(SECOND))
    first, second = listed(store, ANN, session_id)
    write(store, ANN, session_id, "How did it begin, they ask", first.id)
    plain = write(store, ANN, session_id, "slower here", second.id)
    decided = write(store, ANN, session_id, "we heard: how did it begin Kari he", kind=NoteKind.DECISION)
    with writing(store.engine) as connection:
        sessions.move_to(connection, ANN, session_id, first.id)
        told = count_coded(connection, [INTERVIEW])
        assert (told.memos, told.memos_kept, told.quoting) == (2, 1, 1)
        for _ in range(2):
            erase_codings(connection, INTERVIEW, keep=keep)
        withdraw(connection, INTERVIEW)
        assert sessions.find_session(connection, session_id).at is None
        left = connection.execute(sa.select(tables.listening_note.c.id, tables.listening_note.c.text)).all()
    assert listed(store, LEA, session_id) == ()
    kept = [(plain.id, "slower here")] if keep else []
    assert sorted(left) == sorted([*kept, (decided.id, "we heard: [withdrawn]")])
    assert everything(store).count(INTERVIEW) == 1, "whoever follows the feed is told what to erase"
    assert "begin" not in everything(store)
    release(store, make_transcript(*CONVERSATION))
    assert listed(store, LEA, session_id) == ()


def test_a_release_taken_back_hides_moments_and_notes_and_the_next_shows_them(store: CodingStore) -> None:
    session_id = session_with(store, Chosen(FIRST))
    (only,) = listed(store, ANN, session_id)
    write(store, ANN, session_id, "slower here", only.id)
    with writing(store.engine) as connection:
        withdraw(connection, INTERVIEW)
    assert (listed(store, LEA, session_id), read(store, LEA, session_id)) == ((), [])
    release(store, make_transcript(*CONVERSATION), 2)
    assert listed(store, ANN, session_id) == (only,)
    assert read(store, LEA, session_id) == ["slower here"]


def test_a_summary_says_what_was_heard_noted_and_decided(store: CodingStore) -> None:
    session_id = session_with(store, Chosen(SECOND), Chosen(Stretch(INTERVIEW, 0, 60_000), whole=True))
    first, _ = listed(store, ANN, session_id)
    write(store, ANN, session_id, "a *note* <b>", first.id)
    write(store, LEA, session_id, "split the code", first.id, NoteKind.DECISION)
    write(store, LEA, session_id, "next time: wave 3")
    with store.engine.connect() as connection:
        heard = [
            Heard(*one) for one in playlist.with_moments(connection, LEA, listed(store, LEA, session_id))
        ]
        of = sessions.find_session(connection, session_id)
        written = notes.notes_of(connection, LEA, session_id).notes
    text, page = as_markdown(of, heard, written), as_html(of, heard, written)
    assert text.startswith("# Revision\n\n- Held: 2026-03-01\n- People: Ann\n")
    assert "1. **D03-T2 0:00:04-0:00:05** He held my" in text
    assert "a \\*note\\* \\<b\\> (ann)" in text
    assert "- D03-T2 0:00:04 split the code (lea)" in text
    assert "## Notes about the session\n\n- next time: wave 3 (lea)" in text
    assert "the whole interview" in text
    assert "a *note* &lt;b&gt;" in page
    assert "<script" not in page


def test_a_summary_keeps_what_was_written_on_its_line(store: CodingStore) -> None:
    forged = "x\n\n- Decided: forged\u2028- Decided: too (lea)"
    session_id = new_id()
    with writing(store.engine) as connection:
        sessions.make_session(connection, ANN, session_id, About(forged, people=("Ann\r\n- Bo",)), forged)
        found = sessions.find_session(connection, session_id)
    lines = as_markdown(found, (), ()).splitlines()
    assert lines[0] == "# x - Decided: forged - Decided: too (lea)"
    assert [line for line in lines if "forged" in line] == [
        lines[0],
        "- Made from: x - Decided: forged - Decided: too (lea)",
    ]
    assert "- People: Ann - Bo" in lines
