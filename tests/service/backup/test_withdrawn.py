"""What was withdrawn does not come back with a backup, and goes out of the backups themselves."""

from __future__ import annotations

import uuid
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import pyrage
import pytest
import sqlalchemy as sa

from service.backup.forgetting import forget
from service.backup.keys import identity_of
from service.backup.making import make_snapshot
from service.backup.owners import SHARED
from service.backup.rows import Column, Kind, Rows, decompressed
from service.backup.values import Withdrawn
from service.backup.verifying import verify
from service.backup.withdrawn import THINNED, withdrawn_in
from service.coding import codebook, memos
from service.coding import tables as coding_tables
from service.coding.agreement.decisions import (
    Decision,
    Keep,
    add_decision,
    change_decision,
    changes_of,
    decisions_about,
)
from service.coding.agreement.disagreements import Kind as Disagreed
from service.coding.agreement.values import Pair
from service.coding.anchors import words_of
from service.coding.codebook import CodeWords
from service.coding.listening import notes, sessions
from service.coding.listening.notes import Written
from service.coding.listening.values import About as Session
from service.coding.listening.values import NoteKind
from service.coding.store import open_coding_store
from service.coding.values import About, Coder
from service.coding.writing import writing
from service.sealed import Sealed, SealedData, SealedName
from service.vault import tables
from service.vault.checking import check
from service.vault.events import verify as verify_log
from service.vault.store import open_vault
from tests.service.backup.conftest import Place, contents

OF_NO_PARTICIPANT = {
    "protocol": "the study's plan as its file has it, which a steward rewrites when somebody withdraws",
    "signing_key": "keys of Lytt's own",
    "used_stand_in": "names that were drawn, which nobody has",
    "account": "people who work with Lytt",
    "api_token": "people who work with Lytt",
}
"""Shared tables with sealed values that a withdrawal leaves as they are, and why."""


def test_a_shared_table_that_can_hold_names_is_thinned_out_or_says_why_not() -> None:
    sealed = {
        table.name
        for table in tables.metadata.sorted_tables
        if table.name in SHARED
        and any(isinstance(column.type, Sealed | SealedData | SealedName) for column in table.columns)
    }
    assert sealed - THINNED <= set(OF_NO_PARTICIPANT)
    assert {"identity", "identity_form", "identity_change", "date_offset"} <= sealed


ROW_COLUMNS = ("interview_id", "id")


def rows_of(place: Place, settings_engine: sa.Engine, interview: str) -> dict[str, int]:
    """How many rows of each table have to do with the interview."""
    found = {}
    with settings_engine.connect() as connection:
        for table in tables.metadata.sorted_tables:
            held = [tuple(row) for row in connection.execute(sa.select(table))]
            count = sum(interview in row for row in held)
            if count and table.name != "event":
                found[table.name] = count
    return found


def test_an_interview_withdrawn_later_is_left_out_of_a_restore(place: Place) -> None:
    old = place.back_up()
    gone, kept = place.interview("D03-T2"), place.interview("D04-C1")
    later = place.back_up()
    place.repository.replace_snapshot(
        later.snapshot.name, replace(later.snapshot.manifest, begun=Withdrawn((gone,)))
    )
    there = place.elsewhere()
    restored = place.restore(there, old.snapshot.name)
    assert (restored.interviews, restored.left_out) == (1, 1)
    vault, store = open_vault(there), open_coding_store(there)
    try:
        assert rows_of(place, vault.engine, gone) == {}
        assert rows_of(place, vault.engine, kept)["word"] > 5
        assert contents(store.engine, coding_tables.metadata)["word"] == []
        held = {path.name for path in vault.artefacts.folder.glob("??/*")}
        with vault.engine.connect() as connection:
            named = set(connection.execute(sa.select(tables.artefact.c.file)).scalars())
            assert verify_log(connection).whole
        assert held == named
        assert len(held) == 5
        assert check(vault, None).well
    finally:
        store.close()
        vault.close()


def test_forgetting_reaches_every_snapshot(place: Place) -> None:
    first, second = place.back_up(), place.back_up()
    gone, kept = place.interview("D03-T2"), place.interview("D04-C1")
    its = {file.object for file in first.snapshot.manifest.files if file.owners == (gone,)} | {
        chunk.object for chunk in first.snapshot.manifest.chunks if chunk.owner == gone
    }
    assert len(its) > 15
    forgotten = place.forget(gone)
    assert (forgotten.snapshots, forgotten.damaged) == (2, 0)
    assert its.isdisjoint(place.repository.objects())
    for name in (first.snapshot.name, second.snapshot.name):
        manifest = place.repository.manifest(name)
        assert gone not in str(manifest.chunks) + str(manifest.files)
        assert manifest.interviews == 1
    # Whatever is left, opened with every key there is, does not say that there was such an interview.
    for path in (place.target / "objects").rglob("*"):
        if path.is_file():
            assert gone.encode() not in pyrage.decrypt(path.read_bytes(), [identity_of(place.key.identity)])
    assert verify(place.with_identity()).well
    assert place.forget(gone).snapshots == 0, "once is enough"
    there = place.elsewhere()
    assert place.restore(there).interviews == 1
    vault = open_vault(there)
    assert rows_of(place, vault.engine, gone) == {}
    assert rows_of(place, vault.engine, kept)["word"] > 5
    assert check(vault, None).well
    vault.close()


def decision(decision_id: str, interview: str, why: str) -> Decision:
    """What ann and ben decided about an interview, and why."""
    pair, at = Pair("ann", "ben"), datetime(2026, 3, 1, tzinfo=UTC)
    kind = Disagreed.ONE_ONLY
    return Decision(
        decision_id, interview, pair, kind, 0, 900, (), (), Keep.FIRST, (), why, "lea", 1, at, at, False
    )


def test_codes_memos_and_sessions_lose_what_they_quote_of_it(place: Place) -> None:
    gone, code_id, memo_id = place.interview("D03-T2"), str(uuid.uuid4()), str(uuid.uuid4())
    with writing(place.store.engine) as connection:
        quote = " ".join(words_of(connection, gone).text.split()[2:8])
        words = CodeWords(f"when {quote}", "kept definition", "", f"like {quote}, says one")
        codebook.add_code(connection, "lea", code_id, words)
        codebook.edit_code(connection, "lea", code_id, 1, CodeWords(name="another"))
        memo = f"as in {quote}: kept memo"
        lead, session_id = Coder("lea", leads=True), str(uuid.uuid4())
        memos.add_memo(connection, lead, memo_id, About.CODE, code_id, memo)
        sessions.make_session(connection, lead, session_id, Session(f"on {quote}, kept"), f"“{quote}”")
        note = Written(NoteKind.DECISION, None, None, f"as {quote}: kept note")
        notes.add_note(connection, lead, session_id, str(uuid.uuid4()), note)
        why = f"as {quote}: kept reason"
        decided = add_decision(connection, decision(str(uuid.uuid4()), "another-interview", why))
        other = replace(decided, why="kept reason", keep=Keep.SECOND)
        change_decision(connection, decided, other, 1, "consensus_decided")
        add_decision(connection, decision(str(uuid.uuid4()), "another-interview", f"{why} again"))
    old = place.back_up()
    later = place.back_up()
    begun = replace(later.snapshot.manifest, begun=Withdrawn((gone,)))
    place.repository.replace_snapshot(later.snapshot.name, begun)
    left: list[str] = []
    for number in range(2):
        there = place.elsewhere(f"there{number}")
        place.restore(there, old.snapshot.name)
        store = open_coding_store(there)
        with store.engine.connect() as connection:
            names = [codebook.at_version(connection, version).codes[0].name for version in (1, 2)]
            assert (names, codebook.current(connection).codes[0].example) == (["withdrawn 1", "another"], "")
            assert memos.all_memos(connection, Coder("ann"))[0].memo.text == "as in [withdrawn] kept memo"
            (session,) = sessions.list_sessions(connection)
            assert (session.about.name, session.source) == ("on [withdrawn] kept", "[withdrawn]")
            (noted,) = notes.notes_of(connection, lead, session.id).notes
            assert noted.text == "as [withdrawn] kept note"
            pair = Pair("ann", "ben")
            reasons = {one.why for one in decisions_about(connection, pair, "another-interview")}
            assert reasons == {"kept reason", "as [withdrawn] kept reason again"}
            before = changes_of(connection, decided.id)
            assert [one.why for one in before] == ["as [withdrawn] kept reason", "kept reason"]
        # The feed is another one after each restore.
        rows = contents(store.engine, coding_tables.metadata)
        left.append(str({name: rows[name] for name in rows if not name.startswith("feed")}))
        store.close()
        # Restored without it by its tombstone; then taken out of what lies in the backup, where words go with it.
        assert place.forget(gone).snapshots == (2 if number == 0 else 0)
    assert left[0] == left[1]
    assert "kept definition" in left[0]
    assert quote not in left[0]
    for path in (place.target / "objects").rglob("*"):
        if path.is_file():
            opened = pyrage.decrypt(path.read_bytes(), [identity_of(place.key.identity)])
            with suppress(ValueError):
                opened = decompressed(opened)
            assert quote.encode() not in opened


def test_a_file_of_two_interviews_stays_with_the_one_who_remains(place: Place) -> None:
    both = place.vault.artefacts.put(b"the same for both")
    made = {"stage": "guide", "part": 0, "fingerprint": "e" * 64, "seconds": 0.0, "worker": "w"}
    with place.vault.engine.begin() as connection:
        for number in (1, 2):
            connection.execute(
                sa.insert(tables.stage_result).values(
                    recording_id=f"r{number}" * 16, digest=both, finished_at=datetime.now(UTC), **made
                )
            )
    snapshot = place.back_up().snapshot
    owners = sorted((place.interview("D03-T2"), place.interview("D04-C1")))
    assert [sorted(file.owners) for file in snapshot.manifest.files if len(file.owners) > 1] == [owners]
    place.forget(place.interview("D03-T2"))
    there = place.elsewhere()
    place.restore(there)
    vault = open_vault(there)
    assert vault.artefacts.read(both) == b"the same for both"
    vault.close()
    place.forget(*owners)
    assert place.restore(place.elsewhere("nothing")).interviews == 0
    vault = open_vault(place.elsewhere("nothing"))
    assert contents(vault.engine, tables.metadata)["artefact"] == []
    assert not vault.artefacts.has(both)
    vault.close()


def test_an_identity_goes_unless_others_speak_of_it(place: Place) -> None:
    mine, other = 901, 902
    with place.vault.engine.begin() as connection:
        for number, name in ((mine, "D03-T2"), (other, "D04-C1")):
            meant = {"id": number, "label": "NAME", "number": number, "stand_in": f"[NAME-{number}]"}
            connection.execute(sa.insert(tables.identity).values(made_at=datetime.now(UTC), **meant))
            form = {"scope": "", "label": "NAME", "form": f"form {number}", "identity_id": number}
            connection.execute(sa.insert(tables.identity_form).values(**form))
            connection.execute(
                sa.update(tables.redaction)
                .where(tables.redaction.c.interview_id == place.interview(name))
                .values(identity_id=number)
            )
    place.back_up()
    with place.repository.writing():
        forget(place.repository, Withdrawn((place.interview("D03-T2"),)))
    there = place.elsewhere()
    place.restore(there)
    vault = open_vault(there)
    rows = contents(vault.engine, tables.metadata)
    kept = {row[0] for row in rows["identity"]}
    assert kept & {str(mine), str(other)} == {str(other)}
    assert {row[2] for row in rows["identity_form"]} >= {f"form {other}"}
    assert f"form {mine}" not in {row[2] for row in rows["identity_form"]}
    vault.close()


def test_a_voiceprint_withdrawn_later_does_not_come_back(place: Place) -> None:
    made = place.back_up()
    gone = place.interview("D03-T2")
    place.repository.replace_snapshot(
        made.snapshot.name, replace(made.snapshot.manifest, begun=Withdrawn(voiceprints=(gone,)))
    )
    there = place.elsewhere()
    assert place.restore(there).interviews == 2
    vault = open_vault(there)
    with vault.engine.connect() as connection:
        held = set(connection.execute(sa.select(tables.voiceprint.c.interview_id)).scalars())
    assert held == {place.interview("D04-C1")}
    vault.close()


def test_a_backup_of_a_vault_that_erased_is_taken_as_it_is(place: Place) -> None:
    """What a finished withdrawal left in the vault on purpose is not taken out of snapshots made after it."""
    gone = place.interview("D03-T2")
    with place.repository.writing():
        made = make_snapshot(place.installation, place.repository)
        place.repository.replace_snapshot(
            made.snapshot.name,
            replace(made.snapshot.manifest, begun=Withdrawn((gone,)), withdrawn=Withdrawn((gone,))),
        )
    assert place.forget(gone).snapshots == 0
    assert place.restore(place.elsewhere()).interviews == 2


def test_what_tombstones_say() -> None:
    def column(name: str, kind: Kind) -> Column:
        return Column(name, kind)

    withdrawals = Rows(
        "withdrawal",
        (
            column("id", Kind.INTEGER),
            column("scope", Kind.TEXT),
            column("study_id", Kind.TEXT),
            column("use", Kind.TEXT),
            column("interviews", Kind.JSON),
            column("finished_at", Kind.TIME),
        ),
        (
            (1, "participant", "D03-C", None, ["i1", "i2"], datetime(2026, 1, 1, tzinfo=UTC)),
            (2, "use", "D04-C", "voiceprint", ["i3"], datetime(2026, 1, 2, tzinfo=UTC)),
            (3, "interview", "D05-C1", None, ["i4"], None),
            (4, "use", "D06-C", "quote", ["i5"], datetime(2026, 1, 2, tzinfo=UTC)),
            (5, "use", "D07-C", "code", ["i6"], datetime(2026, 1, 2, tzinfo=UTC)),
        ),
    )
    stones = Rows(
        "tombstone",
        (column("digest", Kind.TEXT), column("subject", Kind.TEXT), column("withdrawal_id", Kind.INTEGER)),
        (("x", "r1", 1), ("y", "r4", 3)),
    )
    held = (stones, withdrawals)
    people = {"releases": ("i6",), "participants": ("D03-C",), "voices": ("D03-C", "D04-C")}
    ended = Withdrawn(("i1", "i2", "r1"), ("i3",), **people)
    assert withdrawn_in(held, finished=True) == ended
    begun = Withdrawn(("i4", "r4"))
    assert withdrawn_in(held, finished=False) == ended | begun
    assert withdrawn_in((), finished=False) == Withdrawn()
    assert not Withdrawn()


@pytest.mark.parametrize("what", ["interviews", "voiceprints", "releases", "participants", "voices"])
def test_sets_of_what_was_withdrawn_add_up(what: str) -> None:
    value = ("a", "b")
    some, one = Withdrawn(**{what: value}), Withdrawn(**{what: value[:1]})
    assert some - one == Withdrawn(**{what: value[1:]})
    assert (some - one) | one == some
    assert not some - some
