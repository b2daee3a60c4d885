import { expect, it } from 'vitest';
import { interviewAddress, participantAddress, reviewAddress, routeOf } from './router.svelte';

it('addresses lead to their pages', () => {
  expect(routeOf('/', '')).toEqual({ page: 'home' });
  expect(routeOf('/interviews/D03-T2', '')).toEqual({ page: 'interview', reference: 'D03-T2' });
  expect(routeOf('/recordings', '')).toEqual({ page: 'recordings' });
  expect(routeOf('/participants/D03-T', '')).toEqual({ page: 'participant', id: 'D03-T' });
  expect(routeOf('/participants/D03-T/open', '')).toEqual({ page: 'sheet', id: 'D03-T' });
  expect(routeOf('/interviews/D03-T2/open', '')).toEqual({ page: 'unknown' });
  expect(routeOf('/interviews/D03-T2/review', '')).toEqual({ page: 'review', reference: 'D03-T2' });
  expect(routeOf('/participants/D03-T/review', '')).toEqual({ page: 'unknown' });
  expect(routeOf('/search', '?q=held%20my%20hand&speaker=participant&wave=2')).toEqual({
    page: 'search',
    asked: { query: 'held my hand', speaker: 'participant', group: '', role: '', wave: 2 },
  });
  expect(routeOf('/identities', '')).toEqual({ page: 'identities' });
  expect(routeOf('/nowhere', '')).toEqual({ page: 'unknown' });
  expect(routeOf('/interviews/%E0%A4%A', '')).toEqual({ page: 'unknown' });
});

it('the board is the home whatever it is filtered by', () => {
  expect(routeOf('/', '?role=T&state=failed')).toEqual({ page: 'home' });
});

it('a participant is addressed by id, the sheet below it', () => {
  expect(routeOf(participantAddress('D03-T'), '')).toEqual({ page: 'participant', id: 'D03-T' });
  expect(routeOf(participantAddress('D03-T', true), '')).toEqual({ page: 'sheet', id: 'D03-T' });
});

it('an interview is addressed by its study id, or by its own id while it has none', () => {
  expect(interviewAddress({ id: 'x1', name: 'D03-T2' }, '#t=1')).toBe('/interviews/D03-T2#t=1');
  expect(interviewAddress({ id: 'x1', name: null })).toBe('/interviews/x1');
  expect(reviewAddress({ id: 'x1', name: 'D03-T2' })).toBe('/interviews/D03-T2/review');
});
