/** Links to a time: `#t=754.2`, or to a stretch: `#t=750,761.5` (media fragments, W3C, section 4.2.1). */

export interface LinkedTime {
  startMs: number;
  endMs: number | null;
}

/** `754.2`, `12:34`, `1:02:34.5` to ms; null when it is none of these. */
export function parseTime(text: string): number | null {
  const match = /^(?:(?:(\d+):)?(\d{1,2}):)?(\d+(?:\.\d*)?|\.\d+)$/.exec(text.trim());
  if (!match) return null;
  const [, hours, minutes, seconds] = match;
  const value = Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds);
  return Number.isFinite(value) ? Math.round(value * 1000) : null;
}

/** The time a fragment such as `#t=754.2` names; null when it names none. */
export function parseMomentHash(hash: string): LinkedTime | null {
  const asked = new URLSearchParams(hash.replace(/^#/, '')).get('t');
  if (asked === null) return null;
  const [first = '', second] = asked.split(',');
  const startMs = first === '' && second !== undefined ? 0 : parseTime(first);
  if (startMs === null) return null;
  const endMs = second === undefined ? null : parseTime(second);
  return { startMs, endMs: endMs !== null && endMs > startMs ? endMs : null };
}

const seconds = (ms: number) => String(Math.round(ms) / 1000);

export function momentHash(startMs: number, endMs?: number | null): string {
  return endMs == null ? `#t=${seconds(startMs)}` : `#t=${seconds(startMs)},${seconds(endMs)}`;
}
