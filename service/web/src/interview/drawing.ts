/** What stands on the waveform beside the wave itself: markers, and a ruler of times. */
import type { ShownMarker } from './markers';
import { clock } from '../time/format';
import type { MaskedStretch } from '../api/types';
import type { Colours } from './colours';
import type { QuestionMark } from './guide';

export interface View {
  width: number;
  height: number;
  pxPerMs: number;
  /** Time at the left edge. */
  fromMs: number;
}

/** Least distance of two labels of the ruler. */
const LABEL_PX = 84;
const STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];
export const RULER_PX = 18;
const NARROWEST_BED_PX = 4;
const FLAG_PX = 15;

export function rulerStepMs(pxPerMs: number): number {
  const least = LABEL_PX / (pxPerMs * 1000);
  return (STEPS_S.find((step) => step >= least) ?? 3600) * 1000;
}

/** Draws the markers in view: pauses as grey beds, inaudible stretches as red ones, loudness and rate as a line. */
export function drawMarkers(
  context: CanvasRenderingContext2D,
  markers: readonly ShownMarker[],
  view: View,
  colours: Colours,
): void {
  const bottom = view.height - RULER_PX;
  const toMs = view.fromMs + view.width / view.pxPerMs;
  for (const marker of markers) {
    if (marker.start_ms > toMs) break;
    if (marker.end_ms < view.fromMs) continue;
    const x = (marker.start_ms - view.fromMs) * view.pxPerMs;
    const trueWidth = (marker.end_ms - marker.start_ms) * view.pxPerMs;
    const width = Math.max(1.5, trueWidth);
    context.fillStyle = colours.marks[marker.kind] ?? colours.faint;
    if (marker.kind === 'pause' || marker.kind === 'inaudible') {
      // Seen from afar, beds would only darken the wave.
      if (trueWidth >= NARROWEST_BED_PX) {
        context.globalAlpha = marker.kind === 'pause' ? 0.16 : 0.24;
        context.fillRect(x, 0, width, bottom);
        context.globalAlpha = 1;
      }
      context.fillRect(x, bottom - 4, width, 4);
    } else {
      context.fillRect(x, marker.kind === 'loudness' ? 0 : 4, width, 3);
    }
  }
}

const HATCH_PX = 6;

/** Hatches the stretches in view that were taken out of the sound. */
export function drawMasked(
  context: CanvasRenderingContext2D,
  masked: readonly MaskedStretch[],
  view: View,
  colours: Colours,
): void {
  const bottom = view.height - RULER_PX;
  const toMs = view.fromMs + view.width / view.pxPerMs;
  context.strokeStyle = colours.faint;
  context.lineWidth = 1;
  for (const one of masked) {
    if (one.start_ms > toMs) break;
    if (one.end_ms < view.fromMs) continue;
    const x = (one.start_ms - view.fromMs) * view.pxPerMs;
    const width = Math.max(2, (one.end_ms - one.start_ms) * view.pxPerMs);
    context.save();
    context.beginPath();
    context.rect(x, 0, width, bottom);
    context.clip();
    context.beginPath();
    for (let at = x - bottom; at < x + width; at += HATCH_PX) {
      context.moveTo(at, bottom);
      context.lineTo(at + bottom, 0);
    }
    context.stroke();
    context.restore();
    context.fillStyle = colours.faint;
    context.fillRect(x, bottom - 4, width, 4);
  }
}

/** Draws a flag where a question of the guide was asked, with its number; filled once a person confirmed it. */
export function drawAsked(context: CanvasRenderingContext2D, asked: readonly QuestionMark[], view: View, colours: Colours, font: string): void {
  context.font = `600 11px ${font}`;
  context.textBaseline = 'middle';
  context.strokeStyle = colours.ink;
  for (const { ms, number, sure } of asked) {
    const x = Math.round((ms - view.fromMs) * view.pxPerMs) + 0.5;
    const label = String(number);
    const width = context.measureText(label).width + 8;
    if (x < -width || x > view.width) continue;
    context.fillStyle = colours.ink;
    context.fillRect(x - 0.5, 0, 1, view.height - RULER_PX);
    context.fillStyle = sure ? colours.ink : colours.paper;
    context.fillRect(x, 0.5, width, FLAG_PX);
    context.strokeRect(x, 0.5, width, FLAG_PX);
    context.fillStyle = sure ? colours.paper : colours.ink;
    context.fillText(label, x + 4, FLAG_PX / 2 + 1);
  }
}

export function drawRuler(context: CanvasRenderingContext2D, view: View, colours: Colours, font: string): void {
  const step = rulerStepMs(view.pxPerMs);
  const bottom = view.height - RULER_PX;
  context.fillStyle = colours.faint;
  context.font = `12px ${font}`;
  context.textBaseline = 'alphabetic';
  const toMs = view.fromMs + view.width / view.pxPerMs;
  for (let ms = Math.ceil(view.fromMs / step) * step; ms <= toMs; ms += step) {
    const x = (ms - view.fromMs) * view.pxPerMs;
    context.fillRect(x, bottom, 1, 5);
    const label = clock(ms);
    const width = context.measureText(label).width;
    if (x + 4 + width <= view.width) context.fillText(label, x + 4, view.height - 4);
  }
}
