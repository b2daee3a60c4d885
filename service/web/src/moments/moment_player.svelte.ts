/** Plays moments of any released interview, one after the other, in their redacted sound. */
import { address } from '../api/client';
import type { ReleasedMoment } from '../api/types';
import { SPEEDS } from '../interview/player.svelte';
import { remembered } from '../theme/remembered';
import { leadTo, placeIn, stepIn } from './order';

/** So many interviews' sounds are held open: the one that is heard, and those before and after it. */
const HELD = 4;

type Listener = (ms: number) => void;

const PROBLEMS: Record<number, string> = {
  2: 'The sound stopped arriving. Check the connection, then play it again.',
  3: 'The sound could not be decoded by this browser.',
  4: 'There is no sound of this interview now: more of it may be being taken out. Try again in a few minutes.',
};

export class MomentPlayer {
  moments = $state.raw<readonly ReleasedMoment[]>([]);
  /** Place of the open moment, -1 where none is. */
  at = $state(-1);
  playing = $state(false);
  /** Playing was asked for and the sound has not arrived. */
  waiting = $state(false);
  problem = $state('');
  /** Time in the open moment's interview, ten times a second. */
  shownMs = $state(0);
  rate = $state(1);
  leadIn = $state(remembered.get('lead-in') !== 'no');
  looping = $state(false);
  /** Goes on to the next moment when one ends. */
  playsOn = $state(remembered.get('play-on') === 'yes');

  readonly open = $derived(this.moments[this.at] ?? null);

  #sounds = new Map<string, HTMLAudioElement>();
  #holder: HTMLElement | null = null;
  #sounding: HTMLAudioElement | null = null;
  #frame = 0;
  #listeners = new Set<Listener>();

  constructor() {
    const rate = Number(remembered.get('speed'));
    if (SPEEDS.includes(rate)) this.rate = rate;
  }

  /** Where its sounds live in the page, so that what is listened to is noted. The function it returns ends playing. */
  attach(holder: HTMLElement): () => void {
    this.#holder = holder;
    for (const sound of this.#sounds.values()) holder.append(sound);
    return () => {
      this.pause();
      cancelAnimationFrame(this.#frame);
      for (const sound of this.#sounds.values()) sound.remove();
      this.#sounds.clear();
      this.#sounding = null;
      this.#holder = null;
    };
  }

  /** Another list; the open moment stays open where it is in that one. */
  set(moments: readonly ReleasedMoment[]): void {
    const place = placeIn(moments, this.open);
    if (place < 0) this.pause();
    this.moments = moments;
    this.at = place;
    this.#prepare(this.moments[place < 0 ? 0 : place]);
  }

  /** Time now in the interview of the open moment, in ms. Not reactive: read it in a frame. */
  get ms(): number {
    return this.#sounding ? Math.round(this.#sounding.currentTime * 1000) : 0;
  }

  /** Calls `listener` with the time on every frame while it moves, and after every jump. */
  onMove(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Opens a moment without playing it. */
  show(place: number): void {
    const moment = this.moments[place];
    if (!moment) return;
    this.at = place;
    this.problem = '';
    const sound = this.#soundOf(moment.interview);
    if (this.#sounding !== sound) this.#sounding?.pause();
    this.#sounding = sound;
    this.#seek(leadTo(moment, this.leadIn));
    this.#prepare(this.moments[place + 1]);
  }

  play(place: number): void {
    if (!this.moments[place]) return;
    this.show(place);
    this.#start();
  }

  pause(): void {
    this.#sounding?.pause();
  }

  toggle(): void {
    if (this.#sounding && !this.#sounding.paused) return this.pause();
    if (this.at < 0) return this.play(0);
    if (this.open && this.ms >= this.open.end_ms) this.#seek(leadTo(this.open, this.leadIn));
    this.#start();
  }

  step(by: 1 | -1): void {
    const next = stepIn(this.moments.length, this.at, by);
    if (next !== null) this.play(next);
  }

  skip(ms: number): void {
    if (this.#sounding) this.#seek(this.ms + ms);
  }

  seek(ms: number): void {
    if (this.#sounding) this.#seek(ms);
  }

  stepRate(by: 1 | -1): void {
    const next = SPEEDS[SPEEDS.indexOf(this.rate) + by];
    if (next !== undefined) this.setRate(next);
  }

  setRate(rate: number): void {
    this.rate = rate;
    for (const sound of this.#sounds.values()) sound.playbackRate = sound.defaultPlaybackRate = rate;
    remembered.set('speed', String(rate));
  }

  setLeadIn(leadIn: boolean): void {
    this.leadIn = leadIn;
    remembered.set('lead-in', leadIn ? 'yes' : 'no');
  }

  setPlaysOn(playsOn: boolean): void {
    this.playsOn = playsOn;
    remembered.set('play-on', playsOn ? 'yes' : 'no');
  }

  #start(): void {
    const sound = this.#sounding;
    sound?.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === 'AbortError') return;
      if (error instanceof DOMException && error.name === 'NotAllowedError') {
        this.problem = 'The browser wants a press on Play before it makes a sound.';
        return;
      }
      this.#failed(sound);
    });
  }

  #seek(ms: number): void {
    const target = Math.max(0, ms);
    if (this.#sounding) this.#sounding.currentTime = target / 1000;
    this.shownMs = target;
    for (const listener of this.#listeners) listener(target);
  }

  #prepare(moment: ReleasedMoment | undefined): void {
    if (moment) this.#soundOf(moment.interview);
  }

  #soundOf(interview: string): HTMLAudioElement {
    const held = this.#sounds.get(interview);
    const sound = held && !held.error ? held : this.#made(interview);
    if (held !== sound) held?.remove();
    // The last that was asked for is the last to be let go.
    this.#sounds.delete(interview);
    this.#sounds.set(interview, sound);
    for (const [name, one] of this.#sounds) {
      if (this.#sounds.size <= HELD) break;
      if (one === this.#sounding || one === sound) continue;
      one.remove();
      one.removeAttribute('src');
      this.#sounds.delete(name);
    }
    return sound;
  }

  #made(interview: string): HTMLAudioElement {
    const sound = new Audio();
    sound.preload = 'auto';
    sound.preservesPitch = true;
    sound.playbackRate = sound.defaultPlaybackRate = this.rate;
    sound.src = address.releasedAudio(interview);
    const mine = (does: () => void) => () => {
      if (this.#sounding === sound) does();
    };
    sound.addEventListener('play', mine(() => this.#began()));
    sound.addEventListener('playing', mine(() => ((this.waiting = false), (this.problem = ''))));
    sound.addEventListener('waiting', mine(() => (this.waiting = this.playing)));
    sound.addEventListener('pause', mine(() => ((this.playing = false), (this.waiting = false))));
    sound.addEventListener('ended', mine(() => this.#ended()));
    sound.addEventListener('timeupdate', mine(() => this.#tick()));
    sound.addEventListener('error', () => {
      if (this.#sounding === sound) this.#failed(sound);
    });
    this.#holder?.append(sound);
    return sound;
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
    const ms = this.ms;
    if (Math.abs(ms - this.shownMs) >= 100 || !this.playing) this.shownMs = ms;
    for (const listener of this.#listeners) listener(ms);
    // Only a moment that plays to its end ends, not one whose end was skipped.
    if (this.playing && this.open && ms >= this.open.end_ms && ms < this.open.end_ms + 1000) this.#ended();
  }

  #ended(): void {
    if (!this.open) return;
    if (this.looping) {
      this.#seek(this.open.start_ms);
      this.#start();
    } else if (this.playsOn && this.at + 1 < this.moments.length) {
      this.play(this.at + 1);
    } else {
      this.pause();
    }
  }

  #failed(sound: HTMLAudioElement | null): void {
    this.playing = false;
    this.waiting = false;
    this.problem = PROBLEMS[sound?.error?.code ?? 4] ?? PROBLEMS[4]!;
  }
}
