import { expect, it } from 'vitest';
import { NO_FILTERS, filtersFrom, isFiltered, isWantedColumn, isWantedGroup, plainId, searchOf, withState } from './filters';

it('filters survive a link', () => {
  const filters = filtersFrom('?state=failed,needs_review&role=t&wave=2&group=D03');
  expect(filters).toEqual({ states: new Set(['failed', 'needs_review']), role: 'T', wave: 2, group: 'D03' });
  expect(searchOf(filters)).toBe('?role=T&wave=2&group=D03&state=needs_review,failed');
  expect(filtersFrom(searchOf(filters))).toEqual(filters);
});

it('without filters the address stays plain', () => {
  expect(searchOf(NO_FILTERS)).toBe('');
  expect(isFiltered(filtersFrom(''))).toBe(false);
});

it('what no filter is, is passed over', () => {
  expect(filtersFrom('?state=nonsense,toString&wave=-1&other=1')).toEqual(NO_FILTERS);
  expect(filtersFrom('?wave=0')).toEqual(NO_FILTERS);
});

it('a state is switched on and off, and leaves the filters it came from as they were', () => {
  const on = withState(NO_FILTERS, 'failed');
  expect(searchOf(on)).toBe('?state=failed');
  expect(searchOf(withState(on, 'coded'))).toBe('?state=coded,failed');
  expect(searchOf(withState(on, 'failed'))).toBe('');
  expect(NO_FILTERS.states.size).toBe(0);
});

it('a group is found by how its id begins, in any spelling, and by its participants', () => {
  const row = { group: 'D03', participants: [{ id: 'D03-T', role: 'T', left_on: null, withdrawn_on: null }] };
  for (const group of ['', 'D', 'd03', 'd3', 'D 003', 'd03-t']) {
    expect(isWantedGroup(row, { ...NO_FILTERS, group }), group).toBe(true);
  }
  for (const group of ['D30', '3', 'D03-C', 'd33']) {
    expect(isWantedGroup(row, { ...NO_FILTERS, group }), group).toBe(false);
  }
  expect(plainId('D-7')).toBe('d07');
  expect(plainId('pilot')).toBe('pilot');
});

it('columns are kept by role and wave', () => {
  const wanted = (role: string, wave: number | null) => isWantedColumn({ role: 'T', wave: 2 }, { ...NO_FILTERS, role, wave });
  expect([wanted('', null), wanted('T', 2), wanted('C', null), wanted('', 1)]).toEqual([true, true, false, false]);
});
