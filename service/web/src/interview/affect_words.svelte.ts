/** Words about feelings, by a word list: a layer of its own, shown when a reader asks for it. */
import type { AffectWords } from '../api/types';
import { toasts } from '../notices/toasts.svelte';
import { remembered } from '../theme/remembered';

export class AffectLayer {
  answer = $state.raw<AffectWords | null>(null);
  wanted = $state(remembered.get('affect-words') === 'shown');
  /** Whether the settings offer it. */
  readonly offered = $derived(this.answer?.on ?? false);
  /** Valence by the ids of words; none while it is not wanted. */
  readonly words = $derived(
    new Map(this.wanted && this.answer ? this.answer.words.map(({ word, valence }) => [word, valence] as const) : []),
  );
  readonly #ask: () => Promise<AffectWords>;

  constructor(ask: () => Promise<AffectWords>) {
    this.#ask = ask;
  }

  show(wanted: boolean): void {
    this.wanted = wanted;
    remembered.set('affect-words', wanted ? 'shown' : 'hidden');
  }

  async load(): Promise<void> {
    try {
      this.answer = await this.#ask();
    } catch (error) {
      toasts.fail(error);
    }
  }
}

/** A valence as the list has it, with its sign. */
export const signed = (valence: number): string => `${valence < 0 ? '−' : '+'}${Math.abs(valence).toFixed(1)}`;
