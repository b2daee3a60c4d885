/**
 * The transcript of one interview: its outline first, so that the list has its length and any time
 * can be opened, then the words in blocks, the block that is looked at before the others.
 */
import { api } from '../api/client';
import type { Marker, Outline, Redaction, Utterance, Word } from '../api/types';
import { activeUtterance } from './active';
import { findPhrase, foldTokens, type Hit } from './phrases';
import { redactedWords } from './spoken';

/** Utterances a request: small enough to come at once, large enough that an interview is few requests. */
const BLOCK = 250;
/** Of the first, so that words are there to be read while the others come. */
const FIRST_BLOCK = 40;

/** Where the words come from: the vault's interview, or a released one. */
export type Source = Pick<typeof api, 'outline' | 'utterances' | 'markers' | 'redactions'>;

interface Laid {
  id: number;
  speaker: string;
  startMs: number;
  endMs: number;
  chars: number;
}

export class Row implements Laid {
  readonly index: number;
  readonly id: number;
  readonly speaker: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly chars: number;
  /** Whether the row before is of another speaker, so that the name is shown. */
  readonly opensTurn: boolean;
  words = $state.raw<Word[] | null>(null);

  constructor(index: number, laid: Laid, opensTurn: boolean) {
    this.index = index;
    this.id = laid.id;
    this.speaker = laid.speaker;
    this.startMs = laid.startMs;
    this.endMs = laid.endMs;
    this.chars = laid.chars;
    this.opensTurn = opensTurn;
  }
}

export class Transcript {
  readonly reference: string;
  rows = $state.raw<Row[]>([]);
  markers = $state.raw<Marker[]>([]);
  redactions = $state.raw<Redaction[]>([]);
  /** Until redactions are known, nothing may be shown as anonymised. */
  redactionsKnown = $state(false);
  readonly redacted = $derived(redactedWords(this.redactions));
  /** True once the outline is there and rows can be shown. */
  laidOut = $state(false);
  /** True once there are words to be read. */
  begun = $state(false);
  markersKnown = $state(false);
  blocksLeft = $state(Number.POSITIVE_INFINITY);
  readonly complete = $derived(this.blocksLeft === 0);
  problem = $state.raw<unknown>(null);

  starts: number[] = [];
  ends: number[] = [];
  #rowOf = new Map<number, Row>();
  #abort = new AbortController();

  readonly #source: Source;

  constructor(reference: string, source: Source = api) {
    this.reference = reference;
    this.#source = source;
  }

  /** Loads all of it; `firstMs` is the time whose words come first. */
  async load(firstMs: number): Promise<void> {
    const signal = this.#abort.signal;
    this.problem = null;
    try {
      const rest = Promise.all([
        this.#source.markers(this.reference, signal).then((answer) => {
          this.markers = answer.markers;
          this.markersKnown = true;
        }),
        this.#source
          .redactions(this.reference, signal)
          .then((answer) => {
            this.redactions = answer.redactions;
            this.redactionsKnown = true;
          }),
      ]);
      if (!this.laidOut) this.#layOut(await this.#source.outline(this.reference, signal));
      await this.#loadWords(firstMs, signal);
      await rest;
    } catch (error) {
      if (!signal.aborted) this.problem = error;
    }
  }

  stop(): void {
    this.#abort.abort();
  }

  /** Everything anew, as the vault has it now; what is shown stays until it is there. */
  async reload(): Promise<void> {
    const signal = this.#abort.signal;
    const [outline] = await Promise.all([this.#source.outline(this.reference, signal), this.reloadMarkers()]);
    this.#layOut(outline);
    await this.#loadWords(0, signal);
  }

  async reloadMarkers(): Promise<void> {
    this.markers = (await this.#source.markers(this.reference, this.#abort.signal)).markers;
  }

  async reloadRedactions(): Promise<void> {
    this.redactions = (await this.#source.redactions(this.reference, this.#abort.signal)).redactions;
  }

  /** Puts corrected utterances in the place of those they were, takes out those that are gone. */
  patch(utterances: readonly Utterance[], removed: readonly number[]): void {
    const gone = new Set([...removed, ...utterances.map((utterance) => utterance.id)]);
    const words = new Map<number, Word[] | null>();
    const laid: Laid[] = [];
    for (const row of this.rows) {
      if (gone.has(row.id)) continue;
      laid.push(row);
      words.set(row.id, row.words);
    }
    for (const { id, speaker, start_ms, end_ms, words: spoken } of utterances) {
      const chars = spoken.reduce((sum, word) => sum + word.text.length + 1, 0);
      laid.push({ id, speaker, startMs: start_ms, endMs: end_ms, chars });
      words.set(id, spoken);
    }
    this.#show(laid, words);
  }

  row(id: number): Row | null {
    return this.#rowOf.get(id) ?? null;
  }

  rowOfWord(wordId: number): Row | null {
    return this.rows.find((row) => row.words?.some((word) => word.id === wordId)) ?? null;
  }

  #layOut(outline: Outline): void {
    const laid = outline.ids.map((id, place) => ({
      id,
      speaker: outline.speaker[place] as string,
      startMs: outline.start_ms[place] as number,
      endMs: outline.end_ms[place] as number,
      chars: outline.chars[place] as number,
    }));
    this.#show(laid, new Map());
    this.laidOut = true;
  }

  #show(laid: Laid[], words: ReadonlyMap<number, Word[] | null>): void {
    laid.sort((a, b) => a.startMs - b.startMs || a.id - b.id);
    const rowOf = new Map<number, Row>();
    this.rows = laid.map((one, index) => {
      const row = new Row(index, one, one.speaker !== laid[index - 1]?.speaker);
      row.words = words.get(one.id) ?? null;
      rowOf.set(row.id, row);
      return row;
    });
    this.#rowOf = rowOf;
    this.starts = this.rows.map((row) => row.startMs);
    this.ends = this.rows.map((row) => row.endMs);
  }

  async #loadWords(firstMs: number, signal: AbortSignal): Promise<void> {
    // In reading order, which is not that of the ids once something was corrected.
    const ids = this.rows.map((row) => row.id);
    const blocks: { after: number; ids: number[] }[] = [];
    for (let start = 0; start < ids.length; start += BLOCK) {
      blocks.push({ after: ids[start - 1] ?? -1, ids: ids.slice(start, start + BLOCK) });
    }
    const first = Math.floor(Math.max(0, this.rowAt(firstMs)) / BLOCK);
    const order = blocks.splice(first).concat(blocks.reverse());
    const [begins] = order;
    if (begins) {
      const at = Math.max(0, Math.min(begins.ids.length - FIRST_BLOCK, this.rowAt(firstMs) - first * BLOCK - FIRST_BLOCK / 4));
      const cut = (from: number, to: number) => ({ after: begins.ids[from - 1] ?? begins.after, ids: begins.ids.slice(from, to) });
      order.splice(0, 1, ...[cut(at, at + FIRST_BLOCK), cut(at + FIRST_BLOCK, BLOCK), cut(0, at)].filter((block) => block.ids.length));
    }
    const missing = order.filter((block) => block.ids.some((id) => !this.#rowOf.get(id)?.words));
    this.blocksLeft = missing.length;
    for (const block of missing) {
      const page = await this.#source.utterances(this.reference, block.after, block.ids.length, signal);
      this.#take(page.utterances);
      this.blocksLeft -= 1;
      this.begun = true;
    }
  }

  #take(utterances: Utterance[]): void {
    for (const utterance of utterances) {
      const row = this.#rowOf.get(utterance.id);
      if (row) row.words = utterance.words;
    }
  }

  /** Index of the row heard at a time; -1 before the first. */
  rowAt(ms: number): number {
    return activeUtterance(this.starts, this.ends, ms);
  }

  /** The words said in a stretch, in order of time, as far as they are loaded. */
  wordsBetween(fromMs: number, toMs: number): Word[] {
    const rows = this.rows.filter((row) => row.startMs < toMs && row.endMs > fromMs);
    const words = rows.flatMap((row) => row.words ?? []).filter((word) => word.start_ms < toMs && word.end_ms > fromMs);
    return words.sort((a, b) => a.start_ms - b.start_ms);
  }

  /** Every place where the phrase was said, in order. */
  find(query: string): Hit[] {
    const phrase = foldTokens(query);
    const hits: Hit[] = [];
    if (!phrase.length) return hits;
    for (const row of this.rows) {
      if (!row.words) continue;
      for (const [firstWord, lastWord] of findPhrase(row.words, phrase)) hits.push({ row: row.index, firstWord, lastWord });
    }
    return hits;
  }
}
