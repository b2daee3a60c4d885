/** Where a coefficient lies in its small plot. */

const LOWEST = -0.25;

/** Share of the plot's width, 0 to 1. Below the lowest that is drawn it stays at the edge. */
export const at = (value: number) => (Math.min(1, Math.max(LOWEST, value)) - LOWEST) / (1 - LOWEST);

export interface Drawn {
  value: number;
  from: number;
  to: number;
}

export function drawn(one: { value: number | null; low: number | null; high: number | null }): Drawn | null {
  if (one.value === null) return null;
  return { value: at(one.value), from: at(one.low ?? one.value), to: at(one.high ?? one.value) };
}

/** `0.8315` -> `0.83`, with a true minus. */
export const figure = (value: number) => value.toFixed(2).replace(/^-(0\.00)$/, '$1').replace('-', '−');

/** `0.83, 95 % from 0.71 to 0.90`, or why not. */
export function inWords(one: { value: number | null; low: number | null; high: number | null; because: string }): string {
  if (one.value === null) return `no figure: ${one.because}`;
  if (one.low === null || one.high === null) return `${figure(one.value)}; no interval: ${one.because}`;
  return `${figure(one.value)}, 95 % from ${figure(one.low)} to ${figure(one.high)}`;
}
