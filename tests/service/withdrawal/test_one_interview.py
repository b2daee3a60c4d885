"""One interview is withdrawn: the others of the participant stay, and its place on the board says so."""

from __future__ import annotations

from service.study.applied import Study
from service.study.board import CellState, read_board
from service.withdrawal.erasing import begin, carry_out
from service.withdrawal.folder import delete_files
from service.withdrawal.targets import find_target
from tests.service.withdrawal.planted import CANARY, Planted, found


def test_it_goes_and_the_others_stay(planted: Planted) -> None:
    with planted.vault.engine.connect() as connection:
        target = find_target(connection, None, "D03-C", "D03-C2", None)
    done = carry_out(planted.vault, planted.store, planted.settings, begin(planted.vault, target, "steward"))
    delete_files(planted.vault, planted.settings, done.number, "steward")
    there = found(planted, CANARY)
    assert [name for name, places in there.items() if places] == ["D03-C1", "D03-T1", "D05-C1"]
    held = Study(planted.vault, planted.settings.data_dir).current()
    assert held.protocol is not None
    with planted.vault.engine.connect() as connection:
        board = read_board(connection, held.protocol)
    states = {
        cell.place.name.study_id: cell.state for row in board.rows for cell in row.cells if cell is not None
    }
    assert states["D03-C2"] is CellState.WITHDRAWN
    assert states["D03-C1"] is CellState.RELEASED
    assert [one for one in held.reminders if "`withdrawn_waves` of D03-C" in one]
