/** What one did here, so that it can be undone and done again: of each coding or memo, what it was and what it became. */
import type { Content, MemoContent } from './content';

interface Became<T> {
  id: string;
  before: T | null;
  after: T | null;
}

export type Step = ({ of: 'coding' } & Became<Content>) | ({ of: 'memo' } & Became<MemoContent>);

const turned = (step: Step): Step => ({ ...step, before: step.after, after: step.before }) as Step;

export class History {
  #done: Step[] = [];
  #undone: Step[] = [];

  get canUndo(): boolean {
    return this.#done.length > 0;
  }

  /** The latest step that can be undone. */
  get last(): Step | null {
    return this.#done.at(-1) ?? null;
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
    return turned(step);
  }

  redo(): Step | null {
    const step = this.#undone.pop();
    if (!step) return null;
    this.#done.push(step);
    return step;
  }

  /** Forgets what somebody else changed: to undo over that would undo theirs. */
  forget(id: string): void {
    this.#done = this.#done.filter((step) => step.id !== id);
    this.#undone = this.#undone.filter((step) => step.id !== id);
  }
}
