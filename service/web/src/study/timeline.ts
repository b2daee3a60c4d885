/** Where days stand on a line whose length is time. */
import { dayNumber } from './words';

export interface Tick {
  /** Part of the line from its beginning, 0 to 1. */
  at: number;
  label: string;
  /** A year begins here. */
  year: boolean;
}

export interface TimeLine {
  at: (iso: string) => number;
  ticks: Tick[];
}

/** Shortest time that is shown: two interviews a day apart do not stand at the two ends. */
const SHORTEST_DAYS = 60;
/** Free at each end, as a part of the time between the first and the last day. */
const MARGIN = 0.05;
const MOST_TICKS = 9;
const STEPS_MONTHS = [1, 2, 3, 6, 12, 24, 60, 120];

const firstOfMonth = (months: number): number => Date.UTC(Math.floor(months / 12), ((months % 12) + 12) % 12, 1) / 86_400_000;

/** A line that has room for all `days` (`2024-05-03`, in any order); null when there is none. */
export function timeLine(days: readonly string[]): TimeLine | null {
  if (!days.length) return null;
  const numbers = days.map(dayNumber);
  const [first, last] = [Math.min(...numbers), Math.max(...numbers)];
  const shown = Math.max(last - first, SHORTEST_DAYS) * (1 + 2 * MARGIN);
  const start = (first + last) / 2 - shown / 2;
  const position = (dayOfLine: number) => (dayOfLine - start) / shown;
  return { at: (iso) => position(dayNumber(iso)), ticks: ticks(start, start + shown, position) };
}

function ticks(start: number, end: number, position: (day: number) => number): Tick[] {
  const monthOf = (dayOfLine: number) => {
    const date = new Date(dayOfLine * 86_400_000);
    return date.getUTCFullYear() * 12 + date.getUTCMonth();
  };
  const months = (monthOf(end) - monthOf(start)) + 1;
  const step = STEPS_MONTHS.find((each) => months / each <= MOST_TICKS) ?? STEPS_MONTHS.at(-1)!;
  const made: Tick[] = [];
  for (let month = Math.ceil(monthOf(start) / step) * step; firstOfMonth(month) <= end; month += step) {
    const begins = firstOfMonth(month);
    if (begins < start) continue;
    const year = month % 12 === 0;
    const name = new Date(begins * 86_400_000).toLocaleDateString('en-GB', { month: 'short', timeZone: 'UTC' });
    made.push({ at: position(begins), label: year || made.length === 0 ? (step >= 12 ? '' : `${name} `) + Math.floor(month / 12) : name, year });
  }
  return made;
}

/**
 * Positions moved apart until none is nearer than `gap` to the next, in the order they come, and within
 * 0 to 1 where there is room. Each moves no further than it must.
 */
export function apart(positions: readonly number[], gap: number): number[] {
  const order = positions.map((_, index) => index).sort((a, b) => positions[a]! - positions[b]! || a - b);
  const placed = positions.slice();
  // Runs that touch move together, around the middle of where they belong.
  const runs: { members: number[]; centre: number }[] = [];
  for (const index of order) {
    runs.push({ members: [index], centre: positions[index]! });
    while (runs.length > 1) {
      const [before, last] = runs.slice(-2) as [(typeof runs)[0], (typeof runs)[0]];
      const endOf = before.centre + ((before.members.length - 1) / 2) * gap;
      const startOf = last.centre - ((last.members.length - 1) / 2) * gap;
      if (startOf - endOf >= gap) break;
      const members = [...before.members, ...last.members];
      const centre = members.reduce((sum, one) => sum + positions[one]!, 0) / members.length;
      runs.splice(-2, 2, { members, centre });
    }
  }
  for (const { members, centre } of runs) {
    const half = ((members.length - 1) / 2) * gap;
    const kept = Math.min(Math.max(centre, half), Math.max(1 - half, half));
    members.forEach((index, place) => {
      placed[index] = kept - half + place * gap;
    });
  }
  return placed;
}
