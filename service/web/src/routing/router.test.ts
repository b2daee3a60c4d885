import { expect, it } from 'vitest';
import { interviewAddress, routeOf } from './router.svelte';

it('addresses lead to their pages', () => {
  expect(routeOf('/', '')).toEqual({ page: 'home' });
  expect(routeOf('/interviews/D03-T2', '')).toEqual({ page: 'interview', reference: 'D03-T2' });
  expect(routeOf('/search', '?q=held%20my%20hand&speaker=participant&wave=2')).toEqual({
    page: 'search',
    asked: { query: 'held my hand', speaker: 'participant', group: '', role: '', wave: 2 },
  });
  expect(routeOf('/nowhere', '')).toEqual({ page: 'unknown' });
  expect(routeOf('/interviews/%E0%A4%A', '')).toEqual({ page: 'unknown' });
});

it('an interview is addressed by its study id, or by its own id while it has none', () => {
  expect(interviewAddress({ id: 'x1', name: 'D03-T2' }, '#t=1')).toBe('/interviews/D03-T2#t=1');
  expect(interviewAddress({ id: 'x1', name: null })).toBe('/interviews/x1');
});
