/** Where the phrase that is searched for was said, and which of these places is shown. */
import { untrack } from 'svelte';
import type { Hit } from './phrases';
import type { Transcript } from './transcript.svelte';

export class Hits {
  query = $state('');
  /** Number of the hit that is shown, from 0; -1 when there is none. */
  current = $state(-1);

  readonly all = $derived.by((): Hit[] => {
    void this.#transcript.blocksLeft; // words that arrive later are found too
    return this.query.trim() ? this.#transcript.find(this.query) : [];
  });

  /** Ids of words that belong to a hit, with its number. */
  readonly words = $derived.by(() => {
    const words = new Map<number, number>();
    this.all.forEach((hit, number) => {
      const said = this.#transcript.rows[hit.row]?.words;
      for (let place = hit.firstWord; place <= hit.lastWord; place += 1) {
        const id = said?.[place]?.id;
        if (id !== undefined) words.set(id, number);
      }
    });
    return words;
  });

  readonly times = $derived(this.all.map((hit) => this.msOf(hit)));

  #transcript: Transcript;
  #shownQuery = '';

  /** `show` brings a hit into view; `nowMs` says where one is listening. Call while a component is made. */
  constructor(transcript: Transcript, nowMs: () => number, show: (hit: Hit) => void) {
    this.#transcript = transcript;
    // A new query shows its first hit from where one is listening.
    $effect(() => {
      const found = this.all;
      untrack(() => {
        if (this.query === this.#shownQuery && this.current >= 0) return;
        const next = found.findIndex((hit) => this.msOf(hit) >= nowMs());
        this.current = found.length === 0 ? -1 : Math.max(0, next);
        if (found.length) this.#shownQuery = this.query;
        const hit = found[this.current];
        if (hit) show(hit);
      });
    });
  }

  msOf(hit: Hit): number {
    const row = this.#transcript.rows[hit.row];
    return row?.words?.[hit.firstWord]?.start_ms ?? row?.startMs ?? 0;
  }

  /** The hit after or before the one that is shown, which it becomes; null when there is none. */
  step(by: 1 | -1): Hit | null {
    if (!this.all.length) return null;
    this.current = (this.current + by + this.all.length) % this.all.length;
    return this.all[this.current] ?? null;
  }
}
