/** Peaks as the service sends them (pairs of minimum and maximum, -128..127) into what is drawn. */
import type { Peaks } from '../api/types';

/** Quiet recordings are drawn larger, up to this factor, so that a waveform is seen at all. */
const LARGEST_GAIN = 6;

export interface Channels {
  /** Above the middle line, 0..1. */
  upper: Float32Array<ArrayBuffer>;
  /** Below the middle line, -1..0. */
  lower: Float32Array<ArrayBuffer>;
}

/**
 * Scaled to -1..1 by the loudest peak. A file whose loudest hundredth is a click would be drawn
 * flat, so the scale is the 99.5th percentile of the peaks and what is above it is cut.
 */
export function channelsOf(peaks: Pick<Peaks, 'length' | 'data'>): Channels {
  const count = Math.min(peaks.length, peaks.data.length >> 1);
  const upper = new Float32Array(count);
  const lower = new Float32Array(count);
  const heights = new Uint32Array(129);
  for (let index = 0; index < count; index += 1) {
    const low = peaks.data[2 * index] as number;
    const high = peaks.data[2 * index + 1] as number;
    heights[Math.min(128, Math.max(Math.abs(low), Math.abs(high)))]! += 1;
  }
  let loudest = 128;
  let above = heights[128]!;
  while (loudest > 1 && above <= count * 0.005) {
    loudest -= 1;
    above += heights[loudest]!;
  }
  const gain = Math.min(LARGEST_GAIN, 128 / loudest) / 128;
  for (let index = 0; index < count; index += 1) {
    const low = peaks.data[2 * index] as number;
    const high = peaks.data[2 * index + 1] as number;
    upper[index] = Math.min(1, Math.max(0, high * gain));
    lower[index] = Math.max(-1, Math.min(0, low * gain));
  }
  return { upper, lower };
}
