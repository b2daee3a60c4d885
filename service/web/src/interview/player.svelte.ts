/** The sound of one interview: playing, speed, the selected stretch and its loop. */
import { remembered } from '../theme/remembered';

export const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];

export interface Stretch {
  startMs: number;
  endMs: number;
}

type Listener = (ms: number) => void;

/** A stretch shorter than this is a slip of the hand. */
export const SHORTEST_STRETCH_MS = 150;

const MEDIA_PROBLEMS: Record<number, string> = {
  2: 'The sound stopped arriving. Check the connection, then load it again.',
  3: 'The sound could not be decoded by this browser.',
  4: 'The sound could not be loaded. Check that Lytt is running, then load it again.',
};

export class Player {
  readonly durationMs: number;
  playing = $state(false);
  /** Playing was asked for and the sound has not arrived. */
  waiting = $state(false);
  problem = $state('');
  /** Position shown as text; of the ten times a second that suffice for it. */
  shownMs = $state(0);
  rate = $state(1);
  volume = $state(1);
  muted = $state(false);
  stretch = $state.raw<Stretch | null>(null);
  looping = $state(true);

  #audio: HTMLAudioElement | null = null;
  #frame = 0;
  #listeners = new Set<Listener>();

  constructor(durationMs: number) {
    this.durationMs = durationMs;
    const rate = Number(remembered.get('speed'));
    if (SPEEDS.includes(rate)) this.rate = rate;
    const volume = remembered.get('volume');
    if (volume !== null && Number(volume) >= 0 && Number(volume) <= 1) this.volume = Number(volume);
  }

  /** Position now, in ms. Not reactive: read it in a frame. */
  get ms(): number {
    return this.#audio ? Math.round(this.#audio.currentTime * 1000) : 0;
  }

  attach(audio: HTMLAudioElement): () => void {
    this.#audio = audio;
    audio.preservesPitch = true;
    audio.playbackRate = this.rate;
    audio.defaultPlaybackRate = this.rate;
    audio.volume = this.volume;
    const on: [string, () => void][] = [
      ['play', () => this.#began()],
      ['playing', () => ((this.waiting = false), (this.problem = ''))],
      ['waiting', () => (this.waiting = this.playing)],
      ['canplay', () => (this.waiting = false)],
      ['pause', () => ((this.playing = false), (this.waiting = false))],
      ['ended', () => (this.playing = false)],
      // Frames stop in a hidden tab; these keep the loop and the clock going there.
      ['timeupdate', () => this.#tick()],
      ['seeked', () => this.#tick()],
      ['error', () => this.#failed()],
    ];
    for (const [name, listener] of on) audio.addEventListener(name, listener);
    return () => {
      for (const [name, listener] of on) audio.removeEventListener(name, listener);
      cancelAnimationFrame(this.#frame);
      audio.pause();
      this.#audio = null;
    };
  }

  /** Calls `listener` with the position on every frame while it moves, and after every jump. */
  onMove(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  seek(ms: number): void {
    const target = Math.max(0, Math.min(ms, this.durationMs));
    if (this.#audio) this.#audio.currentTime = target / 1000;
    this.shownMs = target;
    for (const listener of this.#listeners) listener(target);
  }

  skip(ms: number): void {
    this.seek(this.ms + ms);
  }

  play(fromMs?: number): void {
    if (fromMs !== undefined) {
      // To play outside the loop is to leave it.
      if (this.stretch && this.looping && (fromMs < this.stretch.startMs || fromMs >= this.stretch.endMs)) this.looping = false;
      this.seek(fromMs);
    }
    this.#audio?.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === 'AbortError') return;
      if (error instanceof DOMException && error.name === 'NotAllowedError') {
        this.problem = 'The browser wants a press on Play before it makes a sound.';
        return;
      }
      this.#failed();
    });
  }

  pause(): void {
    this.#audio?.pause();
  }

  toggle(): void {
    // Of the element, not of `playing`: its events come late, and two quick presses must cancel out.
    if (this.#audio && !this.#audio.paused) this.pause();
    else if (this.stretch && this.looping && !this.#isInStretch(this.ms)) this.play(this.stretch.startMs);
    else this.play();
  }

  reload(): void {
    if (!this.#audio) return;
    const at = this.ms || this.shownMs;
    this.problem = '';
    this.#audio.load();
    this.#audio.currentTime = at / 1000;
  }

  setRate(rate: number): void {
    this.rate = rate;
    if (this.#audio) this.#audio.playbackRate = rate;
    remembered.set('speed', String(rate));
  }

  stepRate(by: 1 | -1): void {
    const place = SPEEDS.indexOf(this.rate);
    const next = SPEEDS[place + by];
    if (next !== undefined) this.setRate(next);
  }

  setVolume(volume: number): void {
    this.volume = volume;
    this.muted = false;
    if (this.#audio) {
      this.#audio.volume = volume;
      this.#audio.muted = false;
    }
    remembered.set('volume', String(volume));
  }

  toggleMuted(): void {
    this.muted = !this.muted;
    if (this.#audio) this.#audio.muted = this.muted;
  }

  select(stretch: Stretch | null): void {
    if (stretch === null || stretch.endMs - stretch.startMs < SHORTEST_STRETCH_MS) {
      this.stretch = null;
      return;
    }
    this.stretch = {
      startMs: Math.max(0, Math.round(stretch.startMs)),
      endMs: Math.min(this.durationMs, Math.round(stretch.endMs)),
    };
    this.looping = true;
  }

  #isInStretch(ms: number): boolean {
    return this.stretch !== null && ms >= this.stretch.startMs && ms < this.stretch.endMs;
  }

  #began(): void {
    this.playing = true;
    cancelAnimationFrame(this.#frame);
    const frame = () => {
      this.#tick();
      if (this.playing) this.#frame = requestAnimationFrame(frame);
    };
    this.#frame = requestAnimationFrame(frame);
  }

  #tick(): void {
    let ms = this.ms;
    const { stretch } = this;
    // Only a stretch that plays to its end goes round, not one that was skipped over.
    if (stretch && this.looping && this.playing && ms >= stretch.endMs && ms < stretch.endMs + 1000) {
      ms = stretch.startMs;
      if (this.#audio) this.#audio.currentTime = ms / 1000;
    }
    if (Math.abs(ms - this.shownMs) >= 100 || !this.playing) this.shownMs = ms;
    for (const listener of this.#listeners) listener(ms);
  }

  #failed(): void {
    this.playing = false;
    this.waiting = false;
    this.problem = MEDIA_PROBLEMS[this.#audio?.error?.code ?? 4] ?? MEDIA_PROBLEMS[4]!;
  }
}
