import { describe, expect, it } from 'vitest';
import { agreementAddress, askedOf, suggestedPair, unitOf } from './asked';

describe('what is compared', () => {
  it('is kept in the address and read from it', () => {
    const asked = { ...askedOf(''), first: 'ann', second: 'token:x', wave: 2, unit: 'word', kind: 'edges', state: 'all' } as const;
    expect(askedOf(agreementAddress(asked).split('?')[1]!)).toEqual(asked);
  });

  it('is what it is when nothing is said, and what is no such thing is left out', () => {
    expect(agreementAddress(askedOf('?unit=7&state=x&wave=0&kind=odd'))).toBe('/agreement');
    expect(unitOf('2000')).toEqual({ unit: 'time', unit_ms: 2000 });
  });

  it('begins with oneself and whoever is ready most often', () => {
    expect(suggestedPair('ben', ['ann', 'ben', 'cleo'], new Map([['ben', 1], ['cleo', 3], ['ann', 2]]))).toEqual(['ben', 'cleo']);
    expect(suggestedPair('lea', ['ann', 'ben', 'lea'], new Map([['ben', 4]]))).toEqual(['ben', 'ann']);
    expect(suggestedPair('ann', ['ann'], new Map())).toBeNull();
  });
});
