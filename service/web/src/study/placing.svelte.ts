/** An interview on its way to a place: carried by the pointer or by keys, put down, refused, undone. */
import { api } from '../api/client';
import { inWords } from '../api/problem';
import { toasts } from '../notices/toasts.svelte';
import { liveBoard } from './board.svelte';
import { isNeighbour } from './neighbours';
import type { Cell, Column } from './types';

export interface Carried {
  id: string;
  title: string;
  /** The places it has; none while it waits in the tray. */
  covers: readonly string[];
}

/** What has to be asked before it is put down. */
export interface Question {
  kind: 'occupied' | 'neighbour' | 'covered';
  carried: Carried;
  cell: Cell;
}

class Placing {
  carried = $state.raw<Carried | null>(null);
  how = $state<'keys' | 'pointer'>('keys');
  /** Name of the cell that the pointer is over. */
  over = $state<string | null>(null);
  /** Name of the cell that has just refused. */
  refused = $state<string | null>(null);
  question = $state.raw<Question | null>(null);
  /** For those who hear the page. */
  spoken = $state('');
  busy = $state(false);

  pickUp(carried: Carried, how: 'keys' | 'pointer'): void {
    this.carried = carried;
    this.how = how;
    this.refused = null;
    if (how === 'keys') {
      this.spoken = `Picked up ${carried.title}. Choose a cell with the arrow keys; Enter puts it there, Escape cancels.`;
    }
  }

  cancel(): void {
    if (!this.carried) return;
    this.spoken = `${this.carried.title} stays where it is.`;
    this.carried = null;
    this.over = null;
  }

  /** Puts what is carried into a cell, or asks what is meant. */
  async putInto(cell: Cell, columns: readonly Column[]): Promise<void> {
    const carried = this.carried;
    this.over = null;
    if (!carried || this.busy) return;
    this.carried = null;
    if (carried.covers.includes(cell.name)) {
      if (carried.covers.length > 1) this.question = { kind: 'covered', carried, cell };
      else this.spoken = `${carried.title} stays where it is.`;
    } else if (cell.interview_id !== null) {
      this.question = { kind: 'occupied', carried, cell };
    } else if (isNeighbour(carried.covers, cell.name, columns)) {
      this.question = { kind: 'neighbour', carried, cell };
    } else {
      await this.file(carried, cell.name);
    }
  }

  /** By a study id that was typed. Returns what stands against it, or nothing. */
  async fileAs(carried: Carried, name: string): Promise<string> {
    try {
      const placed = await api.putPlace(carried.id, { name });
      await this.#said(`${carried.title} is ${placed.covers.join(' and ')} now.`, () => restore(carried));
      return '';
    } catch (error) {
      return inWords(error);
    }
  }

  file(carried: Carried, name: string): Promise<void> {
    return this.#act(name, async () => {
      const placed = await api.putPlace(carried.id, { name });
      return [`${carried.title} is ${placed.covers.join(' and ')} now.`, () => restore(carried)];
    });
  }

  cover(carried: Carried, name: string): Promise<void> {
    return this.#act(name, async () => {
      const placed = await api.putPlace(carried.id, { name, also: true });
      return [`${carried.title} covers ${placed.covers.join(' and ')} now.`, () => restore(carried)];
    });
  }

  /** Its files become further files of the interview that is there. */
  addPart(carried: Carried, name: string): Promise<void> {
    return this.#act(name, async () => {
      const files = (await api.place(carried.id)).recordings.map((one) => one.id);
      await api.putPlace(carried.id, { name, part: true });
      return [`${carried.title} is another file of ${name} now.`, () => splitOff(name, files, carried)];
    });
  }

  takeOut(carried: Carried): Promise<void> {
    if (!carried.covers.length) return Promise.resolve();
    return this.#act(null, async () => {
      await api.takeOut(carried.id);
      return [`${carried.title} waits in the tray.`, () => restore(carried)];
    });
  }

  async #act(cell: string | null, what: () => Promise<[string, () => Promise<unknown>]>): Promise<void> {
    this.busy = true;
    try {
      const [said, undo] = await what();
      await this.#said(said, undo);
    } catch (error) {
      this.refused = cell;
      this.spoken = inWords(error);
      toasts.fail(error);
    } finally {
      this.busy = false;
      this.carried = null;
      this.over = null;
    }
  }

  async #said(text: string, undo: () => Promise<unknown>): Promise<void> {
    this.spoken = text;
    toasts.say(text, {
      label: 'Undo',
      run: () => {
        undo()
          .then(() => (this.spoken = 'Undone.'))
          .catch((error: unknown) => toasts.fail(error))
          .finally(() => void liveBoard.readNow());
      },
    });
    await liveBoard.readNow();
  }
}

/** Gives an interview back the places it had. */
async function restore({ id, covers }: Carried): Promise<void> {
  const [first, ...further] = covers;
  if (first === undefined) {
    await api.takeOut(id);
    return;
  }
  await api.putPlace(id, { name: first });
  for (const name of further) await api.putPlace(id, { name, also: true });
}

async function splitOff(from: string, recordings: readonly string[], { covers }: Carried): Promise<void> {
  for (const recording of recordings) {
    const waiting = await api.splitOff(from, recording);
    if (covers.length) await restore({ id: waiting.interview_id, title: '', covers });
  }
}

export const placing = new Placing();
