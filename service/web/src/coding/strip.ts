/** The codes under the keys 1 to 9: those that are pinned, and those used last. A code keeps its key while it is there. */

export const KEYS = 9;

export interface Slot {
  code: string;
  pinned: boolean;
  /** Counts up with each use. */
  used: number;
}

/** The slots once a code was used: it stays where it is, else takes a free key, else that of the one not used for longest. */
export function withUsed(slots: readonly Slot[], code: string): Slot[] {
  const used = Math.max(0, ...slots.map((slot) => slot.used)) + 1;
  if (slots.some((slot) => slot.code === code)) return slots.map((slot) => (slot.code === code ? { ...slot, used } : slot));
  if (slots.length < KEYS) return [...slots, { code, pinned: false, used }];
  const oldest = slots.filter((slot) => !slot.pinned).sort((a, b) => a.used - b.used)[0];
  return oldest ? slots.map((slot) => (slot === oldest ? { code, pinned: false, used } : slot)) : [...slots];
}

/** The slots to begin with: pinned codes, then those of codings, the latest first. */
export function firstSlots(pinned: readonly string[], latest: readonly string[]): Slot[] {
  const codes = [...new Set([...pinned, ...latest])].slice(0, KEYS);
  return codes.map((code, place) => ({ code, pinned: pinned.includes(code), used: codes.length - place }));
}
