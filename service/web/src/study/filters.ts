/** Which part of the board is shown. Kept in the address, so that a link shows the same: `/?role=T&state=failed`. */
import { STATE_ORDER, isState } from './states';
import type { CellState, Column, Row } from './types';

export interface Filters {
  states: ReadonlySet<CellState>;
  role: string;
  wave: number | null;
  /** What the id of a group or of one of its participants begins with, in any spelling. */
  group: string;
}

export const NO_FILTERS: Filters = { states: new Set(), role: '', wave: null, group: '' };

export function filtersFrom(search: string): Filters {
  const asked = new URLSearchParams(search);
  const wave = asked.get('wave') ?? '';
  return {
    states: new Set((asked.get('state') ?? '').split(',').filter(isState)),
    role: (asked.get('role') ?? '').toUpperCase(),
    wave: /^\d{1,3}$/.test(wave) && Number(wave) > 0 ? Number(wave) : null,
    group: (asked.get('group') ?? '').trim(),
  };
}

/** The query of the address, with its `?`; empty without filters. */
export function searchOf(filters: Filters): string {
  const asked = new URLSearchParams();
  if (filters.role) asked.set('role', filters.role);
  if (filters.wave !== null) asked.set('wave', String(filters.wave));
  if (filters.group) asked.set('group', filters.group);
  const states = STATE_ORDER.filter((state) => filters.states.has(state));
  // A comma need not be escaped, and the address stays readable.
  const text = [asked.toString(), states.length ? `state=${states.join(',')}` : ''].filter(Boolean).join('&');
  return text ? `?${text}` : '';
}

export const isFiltered = (filters: Filters): boolean => searchOf(filters) !== '';

export function withState(filters: Filters, state: CellState): Filters {
  const states = new Set(filters.states);
  if (!states.delete(state)) states.add(state);
  return { ...filters, states };
}

/** `d3` and `D003` as `d03`: one form for ids that mean the same. */
export function plainId(text: string): string {
  const match = /^([^\d\s_-]+)[\s_-]*0*(\d+)$/.exec(text.trim());
  return (match ? `${match[1]}${match[2]!.padStart(2, '0')}` : text.trim()).toLowerCase();
}

export function isWantedGroup(row: Pick<Row, 'group' | 'participants'>, filters: Filters): boolean {
  const wanted = filters.group.toLowerCase();
  if (!wanted) return true;
  if (row.group.toLowerCase().startsWith(wanted) || row.group.toLowerCase() === plainId(wanted)) return true;
  return row.participants.some((one) => one.id.toLowerCase().startsWith(wanted));
}

export const isWantedColumn = (column: Pick<Column, 'role' | 'wave'>, filters: Filters): boolean =>
  (!filters.role || column.role === filters.role) && (filters.wave === null || column.wave === filters.wave);
