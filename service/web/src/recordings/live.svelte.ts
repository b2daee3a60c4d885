/** The list of recordings, kept live by server-sent events; reconnects by itself. */
import { address, api } from '../api/client';
import { Problem } from '../api/problem';
import type { Recordings } from '../api/types';

const FIRST_WAIT_S = 1;
const LONGEST_WAIT_S = 20;

class LiveRecordings {
  list = $state.raw<Recordings | null>(null);
  /** True when what is shown may be old because the server does not answer. */
  lost = $state(false);
  retryInS = $state(0);

  #source: EventSource | null = null;
  #wait = FIRST_WAIT_S;
  #countdown: ReturnType<typeof setInterval> | undefined;

  start(): () => void {
    this.#open();
    const online = () => this.reconnect();
    window.addEventListener('online', online);
    return () => {
      window.removeEventListener('online', online);
      this.#close();
      this.lost = false;
    };
  }

  reconnect(): void {
    this.#close();
    this.#open();
  }

  #open(): void {
    const source = new EventSource(address.events);
    this.#source = source;
    source.addEventListener('recordings', (event) => {
      this.list = JSON.parse((event as MessageEvent<string>).data) as Recordings;
      this.lost = false;
      this.#wait = FIRST_WAIT_S;
    });
    source.addEventListener('open', () => {
      this.lost = false;
    });
    source.addEventListener('error', () => void this.#fail());
  }

  async #fail(): Promise<void> {
    this.#close();
    try {
      // An event source does not say why it failed: a refused session brings the sign-in view here.
      this.list = await api.recordings();
    } catch (error) {
      if (error instanceof Problem && error.status === 401) return;
    }
    this.lost = true;
    this.retryInS = this.#wait;
    this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT_S);
    this.#countdown = setInterval(() => {
      this.retryInS -= 1;
      if (this.retryInS <= 0) this.reconnect();
    }, 1000);
  }

  #close(): void {
    clearInterval(this.#countdown);
    this.#source?.close();
    this.#source = null;
  }

  /** Shows the server's answer to an act at once, before the next event says the same. */
  replace(recording: Recordings['recordings'][number]): void {
    if (!this.list) return;
    const recordings = this.list.recordings.map((known) => (known.id === recording.id ? recording : known));
    this.list = { ...this.list, recordings };
  }
}

export const live = new LiveRecordings();
