/** Where playing a list of moments goes. */
import type { ReleasedMoment } from '../api/types';

/** How long before a moment its sound begins, where that is chosen. */
export const LEAD_IN_MS = 2000;

/** From when a moment is heard. */
export function leadTo(moment: Pick<ReleasedMoment, 'start_ms'>, leadIn: boolean): number {
  return leadIn ? Math.max(0, moment.start_ms - LEAD_IN_MS) : moment.start_ms;
}

/** What a moment is told apart by in a list. */
export const keyOf = (moment: Pick<ReleasedMoment, 'interview' | 'start_ms' | 'end_ms'>) =>
  `${moment.interview} ${moment.start_ms} ${moment.end_ms}`;

/** Where the moment that was open is in another list: the same one, else none. */
export function placeIn(moments: readonly ReleasedMoment[], open: ReleasedMoment | null): number {
  return open ? moments.findIndex((one) => keyOf(one) === keyOf(open)) : -1;
}

/** The place one step on, or null at either end. */
export function stepIn(length: number, at: number, by: 1 | -1): number | null {
  const next = at < 0 ? (by > 0 ? 0 : length - 1) : at + by;
  return next >= 0 && next < length ? next : null;
}
