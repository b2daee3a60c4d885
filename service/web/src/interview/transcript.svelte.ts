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

export class Row {
  readonly index: number;
  readonly id: number;
  readonly speaker: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly chars: number;
  /** Whether the row before is of another speaker, so that the name is shown. */
  readonly opensTurn: boolean;
  words = $state.raw<Word[] | null>(null);

  constructor(index: number, outline: Outline, place: number, opensTurn: boolean) {
    this.index = index;
    this.id = outline.ids[place] as number;
    this.speaker = outline.speaker[place] as string;
    this.startMs = outline.start_ms[place] as number;
    this.endMs = outline.end_ms[place] as number;
    this.chars = outline.chars[place] as number;
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
  blocksLeft = $state(Number.POSITIVE_INFINITY);
  readonly complete = $derived(this.blocksLeft === 0);
  problem = $state.raw<unknown>(null);

  starts: number[] = [];
  ends: number[] = [];
  #rowOf = new Map<number, Row>();
  #abort = new AbortController();

  constructor(reference: string) {
    this.reference = reference;
  }

  /** Loads all of it; `firstMs` is the time whose words come first. */
  async load(firstMs: number): Promise<void> {
    const signal = this.#abort.signal;
    this.problem = null;
    try {
      const rest = Promise.all([
        api.markers(this.reference, signal).then((answer) => (this.markers = answer.markers)),
        api
          .redactions(this.reference, signal)
          .then((answer) => {
            this.redactions = answer.redactions;
            this.redactionsKnown = true;
          }),
      ]);
      if (!this.laidOut) this.#layOut(await api.outline(this.reference, signal));
      await this.#loadWords(firstMs, signal);
      await rest;
    } catch (error) {
      if (!signal.aborted) this.problem = error;
    }
  }

  stop(): void {
    this.#abort.abort();
  }

  #layOut(outline: Outline): void {
    const order = outline.ids.map((_, place) => place);
    order.sort((a, b) => (outline.start_ms[a] as number) - (outline.start_ms[b] as number) || a - b);
    let speaker = '';
    this.rows = order.map((place, index) => {
      const opens = outline.speaker[place] !== speaker;
      speaker = outline.speaker[place] as string;
      const row = new Row(index, outline, place, opens);
      this.#rowOf.set(row.id, row);
      return row;
    });
    this.starts = this.rows.map((row) => row.startMs);
    this.ends = this.rows.map((row) => row.endMs);
    this.laidOut = true;
  }

  async #loadWords(firstMs: number, signal: AbortSignal): Promise<void> {
    const ids = this.rows.map((row) => row.id).sort((a, b) => a - b);
    const blocks: { after: number; ids: number[] }[] = [];
    for (let start = 0; start < ids.length; start += BLOCK) {
      blocks.push({ after: (ids[start] as number) - 1, ids: ids.slice(start, start + BLOCK) });
    }
    const wanted = this.rows[Math.max(0, this.rowAt(firstMs))]?.id ?? 0;
    const first = Math.max(0, blocks.findLastIndex((block) => block.after < wanted));
    const order = blocks.splice(first).concat(blocks.reverse());
    const missing = order.filter((block) => block.ids.some((id) => !this.#rowOf.get(id)?.words));
    this.blocksLeft = missing.length;
    for (const block of missing) {
      const page = await api.utterances(this.reference, block.after, BLOCK, signal);
      this.#take(page.utterances);
      this.blocksLeft -= 1;
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
