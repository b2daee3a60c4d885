/** Markers by what a person said of them, and what is there after a judgement. */
import type { JudgedMarker, Marker } from '../api/types';

/** Heard before a marker, so that it is heard in its place. */
export const LEAD_MS = 1500;

/** Where to play a marker from. */
export const leadTo = (marker: Pick<Marker, 'start_ms'>): number => Math.max(0, marker.start_ms - LEAD_MS);

/** A marker stays the same one when its id changes, as it does when markers are found anew. */
export const keyOf = (marker: Pick<Marker, 'kind' | 'start_ms' | 'end_ms' | 'speaker'>): string =>
  `${marker.kind} ${marker.start_ms} ${marker.end_ms} ${marker.speaker ?? ''}`;

const inOrder = (a: Marker, b: Marker) => a.start_ms - b.start_ms || a.end_ms - b.end_ms;

/** The markers with those that overlap a stretch replaced. */
export function patched<One extends Marker>(markers: readonly One[], fromMs: number, toMs: number, now: readonly One[]): One[] {
  const others = markers.filter((marker) => marker.start_ms >= toMs || marker.end_ms <= fromMs);
  return [...others, ...now].sort(inOrder);
}

/** The marker after or before the one at `key`, or the nearest to `ms` where that is not among them; null at the end. */
export function stepped<One extends Marker>(markers: readonly One[], key: string | null, ms: number, by: 1 | -1): One | null {
  const here = key === null ? -1 : markers.findIndex((marker) => keyOf(marker) === key);
  if (here >= 0) return markers[here + by] ?? null;
  if (by > 0) return markers.find((marker) => marker.start_ms >= ms) ?? null;
  return markers.findLast((marker) => marker.start_ms < ms) ?? null;
}

export const isRejected = (marker: Pick<JudgedMarker, 'judged'>): boolean => marker.judged === 'rejected';
