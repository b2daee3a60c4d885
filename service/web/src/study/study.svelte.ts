/** The protocol in force, and why its file is not, where it is not. Follows edits of the file. */
import { api } from '../api/client';
import { Problem } from '../api/problem';
import type { Study } from './types';

const EVERY_MS = 10_000;

class HeldStudy {
  known = $state.raw<Study | null>(null);
  /** True once it could not be asked for, so that nothing waits for it. */
  failed = $state(false);
  #text = '';

  async load(): Promise<void> {
    try {
      const answer = await api.study();
      const text = JSON.stringify(answer);
      // The same answer is no news: nothing that hangs on it is made again.
      if (text !== this.#text) {
        this.#text = text;
        this.known = answer;
      }
      this.failed = false;
    } catch (error) {
      this.failed = !(error instanceof Problem && error.status === 401);
    }
  }

  /** Looks again now and then, and whenever the person comes back to the page, until the returned function is called. */
  follow(): () => void {
    const look = () => {
      if (document.visibilityState === 'visible') void this.load();
    };
    const pulse = setInterval(look, EVERY_MS);
    window.addEventListener('focus', look);
    return () => {
      clearInterval(pulse);
      window.removeEventListener('focus', look);
    };
  }
}

export const study = new HeldStudy();
