/** Plays what is looked at, with a little before and after it. */
import { remembered } from '../theme/remembered';

export const BEFORE_MS = 1500;
export const AFTER_MS = 1000;

export class Excerpt {
  playing = $state(false);
  problem = $state('');
  /** Whether a place is heard as soon as it is shown. */
  onArrival = $state(remembered.get('review.play') !== 'no');
  #audio: HTMLAudioElement | null = null;
  #endMs = 0;
  #frame = 0;

  attach(audio: HTMLAudioElement): () => void {
    this.#audio = audio;
    const watch = () => {
      if (audio.currentTime * 1000 >= this.#endMs) audio.pause();
      else if (!audio.paused) this.#frame = requestAnimationFrame(watch);
    };
    const began = () => {
      this.playing = true;
      this.problem = '';
      cancelAnimationFrame(this.#frame);
      this.#frame = requestAnimationFrame(watch);
    };
    const ended = () => (this.playing = false);
    const failed = () => (this.problem = 'The sound could not be loaded. Check that Lytt is running, then press R.');
    audio.addEventListener('playing', began);
    audio.addEventListener('timeupdate', watch);
    audio.addEventListener('pause', ended);
    audio.addEventListener('ended', ended);
    audio.addEventListener('error', failed);
    return () => {
      cancelAnimationFrame(this.#frame);
      audio.pause();
      this.#audio = null;
      audio.removeEventListener('playing', began);
      audio.removeEventListener('timeupdate', watch);
      audio.removeEventListener('pause', ended);
      audio.removeEventListener('ended', ended);
      audio.removeEventListener('error', failed);
    };
  }

  setOnArrival(on: boolean): void {
    this.onArrival = on;
    remembered.set('review.play', on ? 'yes' : 'no');
    if (!on) this.stop();
  }

  arrive(startMs: number, endMs: number): void {
    if (this.onArrival) this.play(startMs, endMs);
    else this.stop();
  }

  play(startMs: number, endMs: number): void {
    if (!this.#audio) return;
    this.#endMs = endMs + AFTER_MS;
    this.#audio.currentTime = Math.max(0, startMs - BEFORE_MS) / 1000;
    this.#audio.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === 'NotAllowedError') this.problem = 'The browser wants a press of a key before it makes a sound. Press R.';
    });
  }

  stop(): void {
    this.#audio?.pause();
  }
}
