/** What disagreements and decisions are called. */
import type { components } from '../api/schema';
import type { Kind } from './asked';

export type Disagreement = components['schemas']['Disagreement'];
export type Mark = components['schemas']['CoderMark'];
export type Keep = components['schemas']['Keep'];

export const KIND_WORDS: Record<Kind, string> = {
  one_only: 'only one coded it',
  another_code: 'two codes',
  edges: 'other edges',
};

/** Keys that decide about the disagreement that is open. */
export const DECIDING_KEYS: Record<string, Keep> = { '1': 'first', '2': 'second', b: 'both', n: 'neither', o: 'other' };

/** What one of them marked: nothing, or each code once. */
export const codesOf = (marks: readonly Mark[]) => [...new Set(marks.map((mark) => mark.code))];

/** What can be kept: not what neither has, and both only where that is another thing than one of them. */
export function choicesOf(one: Disagreement): Keep[] {
  const both = one.first.length && one.second.length ? (['both'] as const) : [];
  return [...(one.first.length ? (['first'] as const) : []), ...(one.second.length ? (['second'] as const) : []), ...both, 'neither', 'other'];
}

/** `12:34.5`, `1:02:34` or `754.2` as ms; null where it is no time. */
export function msOf(text: string): number | null {
  const parts = text.trim().split(':');
  if (parts.length > 3 || !parts.every((part, place) => /^\d+$/.test(part) || (place === parts.length - 1 && /^\d+\.\d+$/.test(part)))) return null;
  const numbers = parts.map(Number);
  if (numbers.slice(1).some((part) => part >= 60)) return null;
  return Math.round(numbers.reduce((sum, part) => sum * 60 + part, 0) * 1000);
}
