"""After a withdrawal nothing of the participant can be found in any byte that Lytt keeps, decrypted or not."""

from __future__ import annotations

import sqlalchemy as sa

from service.study.applied import Study
from service.study.board import CellState, read_board
from service.vault import tables
from service.vault.events import verify
from service.withdrawal.erasing import begin, carry_out
from service.withdrawal.folder import delete_files
from service.withdrawal.plans import make_plan
from service.withdrawal.targets import Target, find_target
from tests.service.vault.owned import values_under_own_keys
from tests.service.withdrawal.planted import CANARY, KEPT, WITHDRAWN, Planted, found, raw, voice_of


def target_of(planted: Planted, participant: str = "D03-C") -> Target:
    with planted.vault.engine.connect() as connection:
        return find_target(connection, None, participant, None, None)


def wrapped_keys(planted: Planted) -> dict[str, set[bytes]]:
    """The wrapped keys of each interview and of the files that were made for it."""
    key, artefact, recording = tables.interview_key, tables.artefact, tables.recording
    with planted.vault.engine.connect() as connection:
        keys = {row.interview_id: {row.wrapped.encode()} for row in connection.execute(sa.select(key))}
        for name, interview_id in planted.ids.items():
            files = connection.execute(
                sa.select(artefact.c.wrapped)
                .join(recording, recording.c.sha256 == artefact.c.digest)
                .where(recording.c.interview_id == interview_id)
            ).scalars()
            made_for = connection.execute(
                sa.select(artefact.c.wrapped).where(artefact.c.made_for == interview_id)
            ).scalars()
            keys[interview_id] |= {one.encode() for one in (*files, *made_for)}
            assert len(keys[interview_id]) >= 4, name
    return {name: keys[interview_id] for name, interview_id in planted.ids.items()}


def in_rows(places: set[str]) -> set[str]:
    """Without the files of the databases: which of them has it depends on when a journal was emptied."""
    return {where for where in places if ".sqlite" not in where}


def test_nothing_of_the_withdrawn_is_found_and_everything_of_the_others(planted: Planted) -> None:
    before = found(planted, CANARY)
    for name in CANARY:
        expected = {
            "table interview",
            "table word",
            "table redaction",
            "table identity_form",
            "table speaker_name",
            "table dropped_words",
            "table correction",
            "table search_text",
            "table recording_name",
            "table dropped_file",
            "artefact",
        }
        assert expected <= before[name], expected - before[name]
    assert "table utterance_search_content" not in before["D03-C1"]
    assert any(where.startswith("recordings/") for where in before["D03-C1"])
    voices = {name: str(voice_of(name)) for name in CANARY}
    assert all(found(planted, voices).values())
    coders = {name: f"xx{CANARY[name]}" for name in ("D03-C1", "D03-C2", "D03-T1")}
    assert all("table utterance" in places for places in found(planted, coders).values())
    keys = wrapped_keys(planted)

    done = carry_out(
        planted.vault, planted.store, planted.settings, begin(planted.vault, target_of(planted), "s")
    )
    assert done.is_erased
    assert done.files_left == 2
    assert done.finished_at is None, "two files are in the folder still"
    assert delete_files(planted.vault, planted.settings, done.number, "s") == 2
    done = carry_out(planted.vault, planted.store, planted.settings, done.number)
    assert done.finished_at is not None
    assert done.receipt is not None

    for opened_again in (False, True):
        if opened_again:
            planted.open_again()
        after = found(planted, CANARY)
        assert {name: after[name] for name in WITHDRAWN} == {name: set() for name in WITHDRAWN}
        for name in KEPT:
            # Changes of identities can't be undone any more: they held what was withdrawn too.
            kept = in_rows(before[name]) - {"table identity_change"}
            assert in_rows(after[name]) == kept, f"of {name} everything is still there"
        heard = found(planted, voices)
        assert [name for name, places in heard.items() if places] == list(KEPT)
        read = found(planted, coders)
        assert [name for name, places in read.items() if places] == ["D03-T1"]
        bytes_now = list(raw(planted))
        for name in CANARY:
            there = {key for key in keys[name] if any(key in data for _, data in bytes_now)}
            assert there == (set() if name in WITHDRAWN else keys[name]), name
    ids_held = found(planted, {name: planted.ids[name] for name in WITHDRAWN})
    for places in ids_held.values():
        # That there was an interview, its number and nothing else: the log, the withdrawal, its tombstone, that
        # whoever follows has to erase it.
        assert {where for where in places if where.startswith("table")} == {
            "table event",
            "table withdrawal",
            "table tombstone",
            "table feed_entry",
        }
    with planted.vault.engine.connect() as connection:
        assert values_under_own_keys(connection)["word.text"] > 0
        assert verify(connection).whole


def test_the_plan_counts_what_goes_and_names_what_is_left_to_people(planted: Planted) -> None:
    plan = make_plan(planted.vault, planted.store, planted.settings, target_of(planted))
    counts = {one.kind: one.number for one in plan.counts}
    assert plan.interviews == ("D03-C1", "D03-C2")
    assert (counts["interview"], counts["recording"], counts["voiceprint"], counts["release"]) == (2, 2, 2, 2)
    assert counts["identities"] == 2, "Anna is mentioned by others and stays"
    assert counts["word"] == 2 * 13
    # Original, samples, listening copy, peaks, results of two stages, one from before. What is shared stays.
    assert counts["files"] == 2 * 7
    assert [file.path for file in plan.files] == [
        f"{CANARY[name]}/{name} {CANARY[name]}.wav" for name in WITHDRAWN
    ]
    assert all(file.there for file in plan.files)


def test_the_board_keeps_the_place_as_withdrawn(planted: Planted) -> None:
    carry_out(planted.vault, planted.store, planted.settings, begin(planted.vault, target_of(planted), "s"))
    held = Study(planted.vault, planted.settings.data_dir).current()
    assert held.protocol is not None
    with planted.vault.engine.connect() as connection:
        board = read_board(connection, held.protocol)
    states = {
        cell.place.name.study_id: cell.state for row in board.rows for cell in row.cells if cell is not None
    }
    assert states["D03-C1"] is CellState.WITHDRAWN
    assert states["D03-T1"] is not CellState.WITHDRAWN
    assert [one for one in held.reminders if "D03-C" in one and "withdrawn_on" in one]
