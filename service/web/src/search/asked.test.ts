import { expect, it } from 'vitest';
import { askedOf, filtersOf, partOf, phraseAddress, searchAddress, without } from './asked';

const ALL = '?q=held+my+hand&group=D03&role=client&wave=2&speaker=participant';

it('the address keeps what is looked for, and in which part of the study', () => {
  const asked = askedOf(ALL);
  expect(asked).toEqual({ query: 'held my hand', group: 'D03', role: 'client', wave: 2, speaker: 'participant' });
  expect(searchAddress(asked)).toBe(`/search${ALL}`);
  expect(searchAddress(askedOf(''))).toBe('/search');
  expect(partOf(asked)).toEqual({ group: 'D03', role: 'client', wave: 2 });
});

it('a wave that is none is no filter', () => {
  for (const wave of ['0', '-1', '1.5', 'two', '1000']) expect(askedOf(`?wave=${wave}`).wave).toBe(0);
});

it('filters stay with another phrase on the page of the search, and only there', () => {
  expect(phraseAddress('hope & fear', '/search', ALL)).toBe('/search?q=hope+%26+fear&group=D03&role=client&wave=2&speaker=participant');
  expect(phraseAddress('hope', '/', '')).toBe('/search?q=hope');
});

it('each filter is told and can be taken away', () => {
  const asked = askedOf(ALL);
  expect(filtersOf(asked).map(({ text }) => text)).toEqual(['group D03', 'client', 'wave 2', 'said by participant']);
  expect(filtersOf(without(without(asked, 'wave'), 'role')).map(({ key }) => key)).toEqual(['group', 'speaker']);
});
