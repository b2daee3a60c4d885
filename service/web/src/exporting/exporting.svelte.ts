/** An export under way: how large it will be, how much of it has come, what went wrong. */
import { api } from '../api/client';
import { inWords } from '../api/problem';
import type { components } from '../api/schema';
import { type Query, searchOf } from './choosing';
import { keep, receive } from './download';

export type Size = components['schemas']['ExportSize'];

const givenUp = (error: unknown) => error instanceof DOMException && error.name === 'AbortError';

export class Exporting {
  size = $state.raw<Size | null>(null);
  /** Bytes that have come; null while nothing is being made. */
  received = $state<number | null>(null);
  problem = $state('');
  /** The name of the file that was kept last. */
  kept = $state('');
  #running: AbortController | null = null;
  #asking: AbortController | null = null;

  /** How much of it has come, 0 to 1; null while that can't be told. */
  get share(): number | null {
    if (!this.received || !this.size?.bytes) return null;
    return Math.min(0.99, this.received / this.size.bytes);
  }

  /** Asks how large the file will be. A later question takes the place of an earlier one. */
  async measure(query: Query): Promise<void> {
    this.#asking?.abort();
    const asking = (this.#asking = new AbortController());
    this.kept = '';
    try {
      const size = await api.exportSize(query, asking.signal);
      if (asking.signal.aborted) return;
      this.size = size;
      this.problem = '';
    } catch (error) {
      if (asking.signal.aborted || givenUp(error)) return;
      this.size = null;
      this.problem = inWords(error);
    }
  }

  async run(query: Query): Promise<void> {
    const running = (this.#running = new AbortController());
    this.received = 0;
    this.problem = this.kept = '';
    try {
      const { name, file } = await receive(`/api/coding/export?${searchOf(query)}`, running.signal, (count) => (this.received = count));
      keep(name, file);
      this.kept = name;
    } catch (error) {
      if (!givenUp(error)) this.problem = `${inWords(error)} No file was kept.`;
    } finally {
      this.received = null;
      this.#running = null;
    }
  }

  giveUp(): void {
    this.#running?.abort();
  }

  stop(): void {
    this.#asking?.abort();
    this.giveUp();
  }
}
