import { describe, expect, it } from 'vitest';
import { askedOf, choiceIn, longestMs, placesOf, sideOf, sumOf, type Perspectives } from './sides';

const side = (group: string, role: string, wave: number, moments: number, coded_ms: number, interview: string | null = `${group}-${role}${wave}`) =>
  ({ group, role, wave, interview, moments, codings: moments, coded_ms });
const all: Perspectives = {
  roles: [{ code: 'C', name: 'client' }, { code: 'T', name: 'therapist' }],
  groups: ['D01'],
  waves: [1, 2],
  codes: [],
  sides: [side('D01', 'C', 1, 2, 900), side('D01', 'C', 2, 0, 0), side('D01', 'T', 1, 1, 300), side('D01', 'T', 2, 0, 0, null)],
};

describe('sides', () => {
  it('are found by group, role and wave, and summed', () => {
    expect(sideOf(all, 'D01', 'T', 2)?.interview).toBeNull();
    expect(sumOf(all, 'C')).toEqual({ moments: 2, codedMs: 900, interviews: 2 });
    expect(sumOf(all, 'T', 1)).toEqual({ moments: 1, codedMs: 300, interviews: 1 });
    expect(longestMs(all)).toBe(900);
    expect(longestMs({ ...all, sides: [] })).toBe(1);
  });

  it('have their moments by place', () => {
    const moments = [{ role: 'C', wave: 1 }, { role: 'T', wave: 1 }, { role: 'C', wave: 1 }];
    expect(placesOf(moments, 'C', 1)).toEqual([0, 2]);
  });

  it('are asked of a code or a theme', () => {
    expect(askedOf('code:1-2')).toEqual({ code: '1-2' });
    expect(askedOf('theme:3')).toEqual({ theme: '3' });
    expect(askedOf('')).toBeNull();
    expect([choiceIn('?theme=3'), choiceIn('?code=1-2&group=D01'), choiceIn('')]).toEqual(['theme:3', 'code:1-2', '']);
  });
});
