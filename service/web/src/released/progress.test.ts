import { describe, expect, it } from 'vitest';
import { inGroups, nextOf, stateOf, type Progress } from './progress';

const at = (group: string, role: string, wave: number, more: Partial<Progress> = {}, coded = false) =>
  ({ interview: { name: `${group}-${role}${wave}`, group, role, wave, coded }, codings: 0, unnamed: 0, changed: 0, ready: [], ...more }) as unknown as Progress;

describe('progress of coding', () => {
  it('puts groups in order of their numbers, interviews by role and wave', () => {
    const groups = inGroups([at('D10', 'T', 1), at('D2', 'T', 2), at('D2', 'C', 2), at('D2', 'T', 1)]);
    expect(groups.map(({ group, interviews }) => [group, ...interviews.map((one) => one.interview.name)])).toEqual([
      ['D2', 'D2-C2', 'D2-T1', 'D2-T2'],
      ['D10', 'D10-T1'],
    ]);
  });

  it('says how far one is oneself, and coded only when everybody is ready', () => {
    expect(stateOf(at('D1', 'T', 1, { ready: ['ben'], codings: 3 }), 'ann')).toBe('begun');
    expect(stateOf(at('D1', 'T', 1, { ready: ['ann'], codings: 3 }), 'ann')).toBe('ready');
    expect(stateOf(at('D1', 'T', 1, { ready: ['ann', 'ben'] }, true), 'ann')).toBe('coded');
    expect(stateOf(at('D1', 'T', 1), 'ann')).toBe('not begun');
  });

  it('goes on where one has begun, then with the first that waits', () => {
    const [fresh, begun, done] = [at('D1', 'T', 1), at('D2', 'T', 1, { codings: 2 }), at('D3', 'T', 1, { ready: ['ann'] })];
    expect(nextOf(inGroups([fresh, begun, done]), 'ann')).toBe(begun);
    expect(nextOf(inGroups([done, fresh]), 'ann')).toBe(fresh);
    expect(nextOf(inGroups([done]), 'ann')).toBeNull();
  });
});
