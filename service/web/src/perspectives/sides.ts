/** The two sides of a code or theme, laid out by group and wave. */
import type { GatheredBy } from '../api/client';
import type { components } from '../api/schema';

export type Perspectives = components['schemas']['Perspectives'];
export type Side = Perspectives['sides'][number];
type SideMoment = components['schemas']['SideMoment'];

/** The side of a role with a group in a wave. */
export const sideOf = (all: Perspectives, group: string, role: string, wave: number): Side | undefined =>
  all.sides.find((one) => one.group === group && one.role === role && one.wave === wave);

export interface Sum {
  moments: number;
  codedMs: number;
  interviews: number;
}

/** All of a role over groups and waves, or of one wave. */
export function sumOf(all: Perspectives, role: string, wave: number | null = null, group: string | null = null): Sum {
  const mine = all.sides.filter((one) => one.role === role && (wave === null || one.wave === wave) && (group === null || one.group === group));
  return {
    moments: mine.reduce((sum, one) => sum + one.moments, 0),
    codedMs: mine.reduce((sum, one) => sum + one.coded_ms, 0),
    interviews: mine.filter(({ interview }) => interview !== null).length,
  };
}

/** How long the longest side is, for bars; 1 where nothing is coded. */
export const longestMs = (all: Perspectives) => Math.max(1, ...all.sides.map(({ coded_ms }) => coded_ms));

/** Places among `moments` of those of a role in a wave. */
export const placesOf = (moments: readonly Pick<SideMoment, 'role' | 'wave'>[], role: string, wave: number) =>
  moments.flatMap((one, place) => (one.role === role && one.wave === wave ? [place] : []));

/** `code:ID` or `theme:ID` as a choice, and as it is asked. */
export function askedOf(choice: string): GatheredBy | null {
  const [kind, id] = choice.split(':');
  if (!id) return null;
  return kind === 'theme' ? { theme: id } : { code: id };
}

export function choiceIn(search: string): string {
  const asked = new URLSearchParams(search);
  const [code, theme] = [asked.get('code'), asked.get('theme')];
  return code ? `code:${code}` : theme ? `theme:${theme}` : '';
}
