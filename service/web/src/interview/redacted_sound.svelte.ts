/** The sound that coders will hear: how far it is, and what has to be listened to before it may be passed on. */
import { api } from '../api/client';
import type { RedactedSound } from '../api/types';
import { toasts } from '../notices/toasts.svelte';

const ASK_MS = 3000;

export class RedactedSoundState {
  told = $state.raw<RedactedSound | null>(null);
  readonly open = $derived(this.told?.places.filter((place) => place.state === 'open') ?? []);
  /** Whether there is a sound to hear, be it the one before the last change. */
  readonly there = $derived(this.told?.made_at != null);
  readonly ready = $derived(this.told?.state === 'ready' && this.open.length === 0);
  busy = $state(false);

  readonly #reference: string;
  #clock: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;

  constructor(reference: string) {
    this.#reference = reference;
  }

  /** Asks now, and again while the sound is being made. */
  async load(): Promise<void> {
    clearTimeout(this.#clock);
    try {
      this.told = await api.redactedSound(this.#reference);
    } catch {
      // Shown as not known; the release itself says what is the matter.
    }
    if (!this.#stopped && this.told?.state === 'making') this.#clock = setTimeout(() => void this.load(), ASK_MS);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#clock);
  }

  make(): Promise<void> {
    return this.#act(() => api.makeRedactedSound(this.#reference));
  }

  /** Somebody listened, and nothing is heard there; or takes that back. */
  judge(number: number, heardNothing: boolean): Promise<void> {
    return this.#act(() => api.judgeSoundPlace(this.#reference, number, heardNothing ? 'nothing_heard' : 'open'));
  }

  /** Takes a stretch out, and lets the sound be made again at once. */
  silence(fromMs: number, toMs: number): Promise<void> {
    return this.#act(async () => {
      await api.silence(this.#reference, Math.max(0, Math.round(fromMs)), Math.round(toMs));
      return api.makeRedactedSound(this.#reference);
    });
  }

  letSound(number: number): Promise<void> {
    return this.#act(() => api.letSound(this.#reference, number));
  }

  async #act(what: () => Promise<RedactedSound>): Promise<void> {
    this.busy = true;
    try {
      this.told = await what();
    } catch (error) {
      toasts.fail(error);
    } finally {
      this.busy = false;
    }
    await this.load();
  }
}
