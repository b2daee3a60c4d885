/** What one did here, so that it can be undone and done again: of each coding, what it was and what it became. */
import type { Content } from './content';

export interface Step {
  id: string;
  before: Content | null;
  after: Content | null;
}

export class History {
  #done: Step[] = [];
  #undone: Step[] = [];

  get canUndo(): boolean {
    return this.#done.length > 0;
  }

  get canRedo(): boolean {
    return this.#undone.length > 0;
  }

  add(step: Step): void {
    this.#done.push(step);
    this.#undone = [];
  }

  /** Takes the latest step back: gives it turned round, or null. */
  undo(): Step | null {
    const step = this.#done.pop();
    if (!step) return null;
    this.#undone.push(step);
    return { id: step.id, before: step.after, after: step.before };
  }

  redo(): Step | null {
    const step = this.#undone.pop();
    if (!step) return null;
    this.#done.push(step);
    return step;
  }

  /** Forgets a coding that somebody else changed: to undo over that would undo theirs. */
  forget(id: string): void {
    this.#done = this.#done.filter((step) => step.id !== id);
    this.#undone = this.#undone.filter((step) => step.id !== id);
  }
}
