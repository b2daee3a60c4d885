/** Which stretches of a sound were played: times come as it plays, stretches go out. */

export interface Played {
  from_ms: number;
  to_ms: number;
}

/** Between two times further apart than this the sound jumped; while it plays they come four times a second. */
const JUMP_MS = 3000;
const MOST_KEPT = 200;

export class Stretches {
  #done: Played[] = [];
  #from: number | null = null;
  #last = 0;

  /** The sound plays and is at `ms`. */
  at(ms: number): void {
    if (this.#from !== null && (ms < this.#last || ms - this.#last > JUMP_MS)) this.stop();
    if (this.#from === null) this.#from = ms;
    this.#last = ms;
  }

  /** The sound stopped, or goes on elsewhere. */
  stop(): void {
    if (this.#from !== null && this.#last > this.#from) {
      this.#done.push({ from_ms: Math.round(this.#from), to_ms: Math.round(this.#last) });
      if (this.#done.length > MOST_KEPT) this.#done.shift();
    }
    this.#from = null;
  }

  /** What was played since the last time; a stretch that still plays goes on from here. */
  take(): Played[] {
    const open = this.#from !== null;
    this.stop();
    if (open) this.#from = this.#last;
    const taken = this.#done;
    this.#done = [];
    return taken;
  }

  /** Puts back what could not be told. */
  putBack(stretches: Played[]): void {
    this.#done = [...stretches, ...this.#done].slice(-MOST_KEPT);
  }
}
