/** The board as it is laid out: columns and rows that the filters leave, cells that span, and how keys move in it. */
import { type Filters, isWantedColumn, isWantedGroup } from './filters';
import { STATE_ORDER } from './states';
import type { Board, BoardParticipant, Cell, CellState, Column } from './types';

export interface RoleColumns {
  role: string;
  name: string;
  columns: Column[];
}

export interface LaidCell {
  /** Place among the columns, from 0. */
  at: number;
  /** Columns it takes: more than one where one interview covers neighbouring waves. */
  span: number;
  /** Null where nothing is expected of the group. */
  cell: Cell | null;
  /** The other cells that it stands for. */
  further: Cell[];
  /** Whether it is in a state that is filtered for. */
  wanted: boolean;
}

export interface LaidRow {
  group: string;
  participants: BoardParticipant[];
  cells: LaidCell[];
}

export interface Layout {
  roles: RoleColumns[];
  columns: Column[];
  rows: LaidRow[];
  /** What the keys stop at, row by row: participants first, then one for each column. */
  stops: Stop[][];
  /** Expected interviews by state, of what role, wave and group leave. */
  counts: Record<CellState, number>;
}

/** The key of something that can have the focus, or null where there is nothing. */
export type Stop = string | null;

export const participantStop = (id: string): string => `participant ${id}`;

export function layOut(board: Board, filters: Filters): Layout {
  const shown = board.columns.map((column, at) => ({ column, at })).filter(({ column }) => isWantedColumn(column, filters));
  const columns = shown.map(({ column }) => column);
  const counts = Object.fromEntries(STATE_ORDER.map((state) => [state, 0])) as Record<CellState, number>;
  const rows: LaidRow[] = [];
  for (const row of board.rows) {
    if (!isWantedGroup(row, filters)) continue;
    const cells = layRow(shown.map(({ at }) => row.cells[at] ?? null), columns, filters);
    for (const { cell, further } of cells) for (const one of [cell, ...further]) if (one) counts[one.state] += 1;
    if (filters.states.size && !cells.some(({ cell, wanted }) => cell && wanted)) continue;
    const participants = row.participants.filter((one) => !filters.role || one.role === filters.role);
    rows.push({ group: row.group, participants, cells });
  }
  const most = Math.max(0, ...rows.map((row) => row.participants.length));
  const stops = rows.map((row) => [
    ...Array.from({ length: most }, (_, place) => {
      const one = row.participants[place];
      return one ? participantStop(one.id) : null;
    }),
    ...row.cells.flatMap(({ cell, span }) => Array<Stop>(span).fill(cell?.name ?? null)),
  ]);
  return { roles: byRole(columns), columns, rows, stops, counts };
}

function layRow(cells: (Cell | null)[], columns: Column[], filters: Filters): LaidCell[] {
  const laid: LaidCell[] = [];
  cells.forEach((cell, at) => {
    const before = laid.at(-1);
    if (cell?.interview_id && before?.cell?.interview_id === cell.interview_id && columns[at - 1]?.role === columns[at]?.role) {
      before.span += 1;
      before.further.push(cell);
      return;
    }
    const wanted = cell !== null && (!filters.states.size || filters.states.has(cell.state));
    laid.push({ at, span: 1, cell, further: [], wanted });
  });
  return laid;
}

function byRole(columns: Column[]): RoleColumns[] {
  const roles: RoleColumns[] = [];
  for (const column of columns) {
    const last = roles.at(-1);
    if (last?.role === column.role) last.columns.push(column);
    else roles.push({ role: column.role, name: column.role_name, columns: [column] });
  }
  return roles;
}

export interface Position {
  row: number;
  column: number;
}

export function stopAt(stops: Stop[][], { row, column }: Position): Stop {
  return stops[row]?.[column] ?? null;
}

/** Where a stop is first found; null when it is not there. */
export function positionOf(stops: Stop[][], stop: Stop): Position | null {
  if (stop === null) return null;
  for (const [row, line] of stops.entries()) {
    const column = line.indexOf(stop);
    if (column >= 0) return { row, column };
  }
  return null;
}

const PAGE_ROWS = 8;

/** Where a key leads from a position; null when the key moves nothing. Places where nothing is are passed over. */
export function moved(stops: Stop[][], from: Position, key: string, ctrl = false): Position | null {
  const width = stops[from.row]?.length ?? 0;
  switch (key) {
    case 'ArrowRight':
      return along(stops, from, 0, 1);
    case 'ArrowLeft':
      return along(stops, from, 0, -1);
    case 'ArrowDown':
      return along(stops, from, 1, 0);
    case 'ArrowUp':
      return along(stops, from, -1, 0);
    case 'PageDown':
      return along(stops, { ...from, row: Math.min(from.row + PAGE_ROWS, stops.length) - 1 }, 1, 0) ?? along(stops, { ...from, row: stops.length }, -1, 0);
    case 'PageUp':
      return along(stops, { ...from, row: Math.max(from.row - PAGE_ROWS, -1) + 1 }, -1, 0) ?? along(stops, { ...from, row: -1 }, 1, 0);
    case 'Home':
      return along(stops, { row: ctrl ? 0 : from.row, column: -1 }, 0, 1);
    case 'End':
      return along(stops, { row: ctrl ? stops.length - 1 : from.row, column: width }, 0, -1);
    default:
      return null;
  }
}

function along(stops: Stop[][], from: Position, down: number, right: number): Position | null {
  const here = stopAt(stops, from);
  let { row, column } = from;
  for (;;) {
    row += down;
    column += right;
    const line = stops[row];
    if (!line || column < 0 || column >= line.length) return null;
    const stop = line[column] ?? null;
    if (stop !== null && stop !== here) return { row, column };
  }
}
