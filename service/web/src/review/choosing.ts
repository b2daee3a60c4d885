/** Choosing neighbouring words of a passage, by their places in it. */

export interface Chosen {
  anchor: number;
  focus: number;
}

/** From the first to the last chosen place. */
export function bounds(chosen: Chosen): { first: number; last: number } {
  return { first: Math.min(chosen.anchor, chosen.focus), last: Math.max(chosen.anchor, chosen.focus) };
}

/** One step along the words; `grow` keeps the other end. Without a choice it begins
 * beside the `startLength` words at `start`, or with them. */
export function moved(chosen: Chosen | null, by: 1 | -1, grow: boolean, count: number, start: number, startLength = 1): Chosen | null {
  if (count === 0) return null;
  const within = (place: number) => Math.max(0, Math.min(count - 1, place));
  if (chosen === null) {
    const last = within(start + startLength - 1);
    if (!grow) {
      const beside = within(by === 1 ? last + 1 : start - 1);
      return { anchor: beside, focus: beside };
    }
    return by === 1 ? { anchor: within(start), focus: within(last + 1) } : { anchor: last, focus: within(start - 1) };
  }
  const focus = within(chosen.focus + by);
  return grow ? { anchor: chosen.anchor, focus } : { anchor: focus, focus };
}

/** The next one that is open after `at`, then from the start; null when none is. */
export function nextOpen<T>(list: readonly T[], at: number, isOpen: (one: T) => boolean): T | null {
  const order = [...list.slice(at + 1), ...list.slice(0, Math.max(0, at + 1))];
  return order.find(isOpen) ?? null;
}
