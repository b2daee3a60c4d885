import { expect, it } from 'vitest';
import { matching, reached, type Identity } from './matching';

const one = (id: number, label: Identity['label'], form: string, stand_in = `[${label}-${id}]`): Identity => ({
  id, label, number: id, scope: '', stand_in, set_by: null, listed: false, mentions: 1, interviews: 1,
  forms: [{ scope: '', label, form, listed: false }],
});
const all = [one(1, 'NAME', 'anna hansen'), one(2, 'NAME', 'kari', 'the neighbour'), one(3, 'PLACE', 'bergen')];

it('identities are found by kind, by form and by stand-in', () => {
  expect(matching(all, '', '').length).toBe(3);
  expect(matching(all, 'NAME', '').map((each) => each.id)).toEqual([1, 2]);
  expect(matching(all, '', ' Hansen').map((each) => each.id)).toEqual([1]);
  expect(matching(all, 'NAME', 'NEIGH').map((each) => each.id)).toEqual([2]);
  expect(matching(all, 'PLACE', 'hansen')).toEqual([]);
});

it('says how far a change reached', () => {
  expect(reached(0, 0)).toBe('No text changed.');
  expect(reached(1, 0)).toBe('One interview changed.');
  expect(reached(3, 2)).toBe('3 interviews changed; coders have 2 anew.');
});
