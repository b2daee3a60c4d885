/** How the service is: what is wrong with it, and the folder it watches. */
import { api } from '../api/client';
import type { Health } from '../api/types';

const EVERY_MS = 15_000;

class ServiceHealth {
  known = $state.raw<Health | null>(null);

  /** Asks now and then until the returned function is called. */
  start(): () => void {
    const ask = async () => {
      try {
        this.known = await api.health();
      } catch {
        // The banner of the live list says that the connection is lost.
      }
    };
    void ask();
    const pulse = setInterval(ask, EVERY_MS);
    return () => clearInterval(pulse);
  }
}

export const health = new ServiceHealth();
