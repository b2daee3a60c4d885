/** The marker that is open, what people said of markers, and what is being saved of it. */
import { api } from '../api/client';
import { inWords } from '../api/problem';
import type { AddableKind, JudgedMarker, Marker, MarkersJudged } from '../api/types';
import type { Saving } from './correcting.svelte';
import { isRejected, keyOf, patched } from './judging';
import type { Transcript } from './transcript.svelte';

type Request = () => Promise<MarkersJudged>;

export class Judging {
  /** The marker that is open; it stays open, with what was said of it, when it is rejected. */
  open = $state.raw<Marker | null>(null);
  /** Every marker with what was said of it; empty until it is asked for. */
  all = $state.raw<JudgedMarker[]>([]);
  addable = $state.raw<AddableKind[]>([]);
  saving = $state<Saving>('nothing');
  problem = $state('');
  canUndo = $state(false);
  canRedo = $state(false);
  readonly rejected = $derived(this.all.filter(isRejected));
  /** The open marker as it is known with what was said of it. */
  readonly known = $derived(this.open ? (this.all.find((one) => keyOf(one) === keyOf(this.open!)) ?? null) : null);

  readonly #transcript: Transcript;
  readonly #onrevision: (revision: number) => void;
  #loaded: Promise<void> | null = null;
  // One after the other, in the order of the keys: an undo is of what was sent before it.
  #queue: Promise<void> = Promise.resolve();
  #waiting = 0;

  constructor(transcript: Transcript, onrevision: (revision: number) => void) {
    this.#transcript = transcript;
    this.#onrevision = onrevision;
  }

  /** What people said so far; asked for once. */
  load(): Promise<void> {
    return (this.#loaded ??= this.#load());
  }

  show(marker: Marker): void {
    this.open = marker;
    void this.load();
  }

  close(): void {
    this.open = null;
    this.problem = '';
    if (this.saving !== 'saving') this.saving = 'nothing';
  }

  confirm(): void {
    const place = this.#place();
    if (!place || this.known?.judged === 'added' || this.known?.judged === 'confirmed') return;
    this.#send(() => api.judgeMarker(this.#transcript.reference, { ...place, judgement: 'confirmed' }));
  }

  reject(): void {
    const place = this.#place();
    const said = this.known?.said;
    if (!place || this.known?.judged === 'rejected') return;
    if (this.known?.judged === 'added' && said) this.#takeBack(said.id);
    else this.#send(() => api.judgeMarker(this.#transcript.reference, { ...place, judgement: 'rejected' }));
  }

  /** The marker is again as nobody judged it. */
  reopen(): void {
    if (this.known?.said) this.#takeBack(this.known.said.id);
  }

  note(note: string): void {
    const [place, judged] = [this.#place(), this.known?.judged];
    if (!place || (judged !== 'confirmed' && judged !== 'rejected')) return;
    this.#send(() => api.judgeMarker(this.#transcript.reference, { ...place, judgement: judged, note }));
  }

  add(marker: Parameters<typeof api.addMarker>[1]): void {
    this.#send(async () => {
      const done = await api.addMarker(this.#transcript.reference, marker);
      this.open = done.markers.find((one) => one.judged === 'added' && one.kind === marker.kind && one.start_ms === marker.start_ms) ?? this.open;
      return done;
    });
  }

  undo(): void {
    this.#send(() => api.undoJudgement(this.#transcript.reference));
  }

  redo(): void {
    this.#send(() => api.redoJudgement(this.#transcript.reference));
  }

  #takeBack(number: number): void {
    this.#send(() => api.takeJudgementBack(this.#transcript.reference, number));
  }

  #place() {
    const marker = this.open;
    return marker && { kind: marker.kind, start_ms: marker.start_ms, end_ms: marker.end_ms, speaker: marker.speaker };
  }

  #send(request: Request): void {
    this.saving = 'saving';
    this.problem = '';
    this.#waiting += 1;
    this.#queue = this.#queue.then(() => this.#sent(request));
  }

  async #sent(request: Request): Promise<void> {
    try {
      await this.load();
      this.#take(await request());
      this.#waiting -= 1;
      if (!this.#waiting && !this.problem) this.saving = 'saved';
    } catch (error) {
      this.#waiting -= 1;
      this.saving = 'failed';
      this.problem = inWords(error);
      // What is shown is what is kept.
      this.#loaded = null;
      await Promise.all([this.load(), this.#transcript.reloadMarkers()]).catch(() => undefined);
    }
  }

  #take(done: MarkersJudged): void {
    this.canUndo = done.can_undo;
    this.canRedo = done.can_redo;
    this.all = patched(this.all, done.from_ms, done.to_ms, done.markers);
    const kept = done.markers.filter((marker) => !isRejected(marker));
    this.#transcript.markers = patched(this.#transcript.markers, done.from_ms, done.to_ms, kept);
    this.#onrevision(done.revision);
  }

  async #load(): Promise<void> {
    try {
      const known = await api.judgedMarkers(this.#transcript.reference);
      this.all = known.markers;
      this.addable = known.addable;
      this.canUndo = known.can_undo;
      this.canRedo = known.can_redo;
    } catch (error) {
      this.#loaded = null;
      this.problem = inWords(error);
    }
  }
}
