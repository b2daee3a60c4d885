/** The disagreements of a pair, and deciding about them. */
import { api } from '../api/client';
import { inWords, Problem } from '../api/problem';
import { toasts } from '../notices/toasts.svelte';
import { partOf, type Asked } from './asked';
import type { Disagreement, Keep } from './words';

const PAGE = 100;

export interface Other {
  code: string;
  start_ms: number;
  end_ms: number;
}

export class Deciding {
  list = $state.raw<Disagreement[]>([]);
  total = $state(0);
  decided = $state(0);
  next = $state<number | null>(null);
  busy = $state(false);
  problem = $state('');
  saving = $state<'nothing' | 'saving' | 'saved' | 'failed'>('nothing');
  /** Those that were decided here, the latest last: what undo goes back over. */
  #done: { id: string; version: number }[] = $state([]);
  #asked: Asked | null = null;
  #waiting: Promise<void> = Promise.resolve();

  readonly canUndo = $derived(this.#done.length > 0);

  async load(asked: Asked, signal?: AbortSignal): Promise<void> {
    const another = !this.#asked || asked.first !== this.#asked.first || asked.second !== this.#asked.second;
    if (another) this.#done = [];
    this.#asked = asked;
    this.busy = true;
    this.problem = '';
    try {
      const found = await this.#page(asked, 0, signal);
      if (this.#asked !== asked) return;
      this.list = found.disagreements;
      this.total = found.total;
      this.decided = found.decided;
      this.next = found.next;
    } catch (error) {
      if (signal?.aborted) return;
      this.list = [];
      this.problem = inWords(error);
    } finally {
      if (this.#asked === asked) this.busy = false;
    }
  }

  async more(): Promise<void> {
    const asked = this.#asked;
    if (!asked || this.next === null || this.busy) return;
    this.busy = true;
    try {
      // What was decided since is no longer among the open ones, so those that are shown say where to go on.
      const gone = asked.state === 'open' ? this.list.filter((one) => one.decision && !one.decision.removed).length : 0;
      const found = await this.#page(asked, Math.max(0, this.next - gone));
      if (this.#asked !== asked) return;
      const known = new Set(this.list.map(({ id }) => id));
      this.list = [...this.list, ...found.disagreements.filter(({ id }) => !known.has(id))];
      this.next = found.next;
    } catch (error) {
      toasts.fail(error);
    } finally {
      this.busy = false;
    }
  }

  /** Decisions follow one another, so that each knows the version before it. */
  decide(one: Disagreement, keep: Keep, why: string, other: Other | null = null): Promise<boolean> {
    return this.#after(async () => {
      const asked = this.#asked;
      const held = this.#now(one.id);
      if (!asked || !held) return;
      const made = await api.decideConsensus(one.id, {
        interview: held.moment.interview,
        first: asked.first,
        second: asked.second,
        version: held.decision?.version ?? 0,
        keep,
        why,
        code: other?.code ?? null,
        start_ms: other?.start_ms ?? null,
        end_ms: other?.end_ms ?? null,
      });
      this.#put(one.id, made);
      this.#done = [...this.#done, { id: one.id, version: made.version }];
    });
  }

  /** Undoes what was decided here last. Returns the id of the disagreement, or null. */
  async undo(): Promise<string | null> {
    const last = this.#done.at(-1);
    if (!last) return null;
    const undone = await this.#after(async () => {
      const version = this.#now(last.id)?.decision?.version ?? last.version;
      this.#put(last.id, await api.undoConsensus(last.id, version));
      this.#done = this.#done.filter((one) => one !== last);
    });
    return undone ? last.id : null;
  }

  #after(act: () => Promise<void>): Promise<boolean> {
    this.saving = 'saving';
    const acted = this.#waiting.then(act).then(
      () => {
        this.saving = 'saved';
        return true;
      },
      async (error: unknown) => {
        this.saving = 'failed';
        toasts.fail(error);
        const status = error instanceof Problem ? error.status : 0;
        if (this.#asked && (status === 409 || status === 422 || status === 404)) await this.load(this.#asked);
        return false;
      },
    );
    this.#waiting = acted.then(() => undefined);
    return acted;
  }

  #page(asked: Asked, after: number, signal?: AbortSignal) {
    const { first, second, state, kind, code } = asked;
    const query = { first, second, state, limit: PAGE, after, ...partOf(asked), ...(kind ? { kind } : {}), ...(code ? { code } : {}) };
    return api.disagreements(query, signal);
  }

  #now(id: string): Disagreement | undefined {
    return this.list.find((one) => one.id === id);
  }

  #put(id: string, decision: NonNullable<Disagreement['decision']>): void {
    const before = this.#now(id)?.decision;
    const was = before && !before.removed ? 1 : 0;
    this.decided += (decision.removed ? 0 : 1) - was;
    this.list = this.list.map((one) => (one.id === id ? { ...one, decision } : one));
  }
}
