/**
 * What one wants to be kept, on its way to the service: shown at once, sent one after the other, sent again after the
 * connection was lost, and given up where the service refuses it or somebody else was faster.
 */
import { Problem } from '../api/problem';

/** What the service was last known to hold; no content where it is removed there. */
export interface Held<T> {
  version: number;
  content: T | null;
}

export interface Ways<T> {
  same: (a: T | null, b: T | null) => boolean;
  /** Makes one request on the way to what is wanted; gives what the service holds then. */
  ask: (id: string, held: Held<T> | null, wanted: T | null) => Promise<Held<T>>;
  /** What a 409 says is there now. */
  current: (problem: Problem) => Held<T> | null;
  /** Something changed: what is there, what waits, or how the sending goes. */
  onchange: () => void;
  /** The service said no for good; `overtaken` where somebody else changed it meanwhile. */
  onrefused: (id: string, problem: Problem, overtaken: boolean) => void;
}

/** Pauses before it is sent again, in ms; the last one from then on. */
export const WAITS_MS = [1000, 2000, 5000, 10_000, 20_000];

const isPassing = (problem: Problem) => problem.status === 0 || problem.status === 401 || problem.status === 429 || problem.status >= 500;

export class Keeping<T> {
  readonly held = new Map<string, Held<T>>();
  readonly wanted = new Map<string, T | null>();
  /** Whether a request is under way. */
  sending = false;
  /** What keeps it from being sent; null while nothing does. */
  trouble: Problem | null = null;
  /** Counts what was wanted, so that an older answer is not taken for the newest. */
  changes = 0;

  readonly #ways: Ways<T>;
  /** What was sent and got no answer: it may be there or not. */
  readonly #maybe = new Map<string, T>();
  #tries = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ways: Ways<T>) {
    this.#ways = ways;
  }

  /** What it is to one's eyes: as wanted, else as held. */
  now(id: string): T | null {
    const wanted = this.wanted.get(id);
    return wanted === undefined ? (this.held.get(id)?.content ?? null) : wanted;
  }

  want(id: string, content: T | null): void {
    this.changes += 1;
    this.wanted.set(id, content);
    this.#ways.onchange();
    if (!this.trouble) void this.#send();
  }

  /** Puts something else in the place of what is wanted, where that is what it means. */
  rewrite(as: (content: T) => T): void {
    for (const [id, wanted] of this.wanted) if (wanted !== null) this.wanted.set(id, as(wanted));
  }

  /** Sends what waits, now. */
  again(): void {
    clearTimeout(this.#timer);
    this.trouble = null;
    void this.#send();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  async #send(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    try {
      for (let next = this.#next(); next && !this.trouble; next = this.#next()) await this.#one(...next);
    } finally {
      this.sending = false;
      this.#ways.onchange();
    }
  }

  /** The first that is not as it is wanted; those that are need no more. */
  #next(): [string, T | null] | null {
    for (const [id, wanted] of this.wanted) {
      const maybe = this.held.has(id) ? undefined : this.#maybe.get(id);
      if (maybe !== undefined) return [id, maybe];
      if (!this.#ways.same(this.held.get(id)?.content ?? null, wanted)) return [id, wanted];
      this.wanted.delete(id);
    }
    return null;
  }

  async #one(id: string, wanted: T | null): Promise<void> {
    try {
      this.held.set(id, await this.#ways.ask(id, this.held.get(id) ?? null, wanted));
      this.#tries = 0;
      this.#maybe.delete(id);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (isPassing(error)) {
        if (!this.held.has(id) && wanted !== null) this.#maybe.set(id, wanted);
        return this.#wait(error);
      }
      this.#maybe.delete(id);
      const current = error.status === 409 ? this.#ways.current(error) : null;
      if (current) {
        this.held.set(id, current);
        // An answer that was lost on the way: it was kept all the same.
        if (current.version === 1 || this.#ways.same(current.content, wanted)) return;
      }
      this.wanted.delete(id);
      this.#ways.onrefused(id, error, error.status === 409);
    }
    this.#ways.onchange();
  }

  #wait(problem: Problem): void {
    this.trouble = problem;
    const wait = problem.waitS * 1000 || WAITS_MS[Math.min(this.#tries, WAITS_MS.length - 1)]!;
    this.#tries += 1;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.again(), wait);
  }
}
