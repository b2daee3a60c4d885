/** Short messages at the edge of the page: what was done, with a way to undo it; what failed. */
import { inWords } from '../api/problem';

export interface Toast {
  id: number;
  text: string;
  tone: 'plain' | 'problem';
  action: { label: string; run: () => void } | null;
}

const SHOWN_MS = 8000;

class Toasts {
  shown = $state<Toast[]>([]);
  #next = 1;

  say(text: string, action: Toast['action'] = null, tone: Toast['tone'] = 'plain'): void {
    const toast = { id: this.#next++, text, tone, action };
    // The same once more replaces what was said; what has a way to undo it stays.
    const others = this.shown.filter((one) => one.text !== text || one.action || action);
    this.shown = [...others.slice(-2), toast];
    // A problem stays until it is read and closed.
    if (tone === 'plain') setTimeout(() => this.dismiss(toast.id), SHOWN_MS);
  }

  fail(error: unknown): void {
    if (error instanceof DOMException && error.name === 'AbortError') return;
    this.say(inWords(error), null, 'problem');
  }

  dismiss(id: number): void {
    this.shown = this.shown.filter((toast) => toast.id !== id);
  }
}

export const toasts = new Toasts();
