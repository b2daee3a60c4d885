/** The released interviews as coders see them: a block a group, a line an interview, and how far one is with each. */
import type { components } from '../api/schema';

export type Progress = components['schemas']['CodingProgress'];

export interface Group {
  group: string;
  /** In order of role, then wave. */
  interviews: Progress[];
}

export function inGroups(all: readonly Progress[]): Group[] {
  const groups = new Map<string, Progress[]>();
  for (const one of all) groups.set(one.interview.group, [...(groups.get(one.interview.group) ?? []), one]);
  return [...groups]
    .sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
    .map(([group, interviews]) => ({
      group,
      interviews: interviews.sort((a, b) => a.interview.role.localeCompare(b.interview.role) || a.interview.wave - b.interview.wave),
    }));
}

export type State = 'coded' | 'ready' | 'begun' | 'not begun';

/** How far one is: ready oneself, or begun; coded when everybody is. */
export function stateOf(one: Progress, me: string): State {
  if (one.interview.coded) return 'coded';
  if (one.ready.includes(me)) return 'ready';
  return one.codings ? 'begun' : 'not begun';
}

export const STATE_WORDS: Record<State, string> = {
  coded: 'coded: everybody is ready',
  ready: 'you are ready',
  begun: 'begun',
  'not begun': 'not begun',
};

/** Where to go on: the first that is begun, else the first that is not. Null when one is ready with all. */
export function nextOf(groups: readonly Group[], me: string): Progress | null {
  const all = groups.flatMap(({ interviews }) => interviews);
  return all.find((one) => stateOf(one, me) === 'begun') ?? all.find((one) => stateOf(one, me) === 'not begun') ?? null;
}
