/** The notation that the text is shown in. What a person chose stays so from one interview to the next. */
import { api } from '../api/client';
import type { Notated } from '../api/types';
import { toasts } from '../notices/toasts.svelte';
import { remembered } from '../theme/remembered';
import { following, isNotation, type Notation } from './notation';

type Ask = (notation: Notation | null, anonymised: boolean, clean: boolean, signal: AbortSignal) => Promise<Notated>;

export class Notating {
  /** Null while nobody chose: it is then as the settings say. */
  chosen = $state<Notation | null>(null);
  notated = $state.raw<Notated | null>(null);
  readonly shown = $derived<Notation>(this.chosen ?? this.notated?.notation ?? 'plain');
  readonly #ask: Ask;
  #abort: AbortController | null = null;

  constructor(ask: Ask) {
    this.#ask = ask;
    const before = remembered.get('notation');
    if (isNotation(before)) this.chosen = before;
  }

  choose(notation: Notation): void {
    this.chosen = notation;
    remembered.set('notation', notation);
  }

  next(): void {
    this.choose(following(this.shown));
  }

  /** Asks for the signs anew; those that are shown stay until the others are there. */
  async load(anonymised: boolean, clean: boolean): Promise<void> {
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    try {
      const notated = await this.#ask(this.chosen, anonymised, clean, abort.signal);
      if (!abort.signal.aborted) this.notated = notated;
    } catch (error) {
      if (!abort.signal.aborted) toasts.fail(error);
    }
  }

  stop(): void {
    this.#abort?.abort();
  }
}

export const ofInterview = (reference: string): Ask => (notation, anonymised, clean, signal) =>
  api.notation(reference, notation, anonymised, !clean, signal);

export const ofReleased = (name: string): Ask => (notation, _, clean, signal) => api.releasedNotation(name, notation, !clean, signal);
