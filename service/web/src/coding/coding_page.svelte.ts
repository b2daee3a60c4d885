/** Coding in the page of an interview: selected words, the open coding, what is dragged, and the acts of keys and buttons. */
import type { Anchor } from '../api/types';
import type { Player } from '../interview/player.svelte';
import type { Row, Transcript } from '../interview/transcript.svelte';
import { leadTo } from '../moments/order';
import { remembered } from '../theme/remembered';
import { clock, count } from '../time/format';
import { CodingHere, type ShownCoding } from './coding_here.svelte';
import { doesOf, type Does, type On } from './coding_keys';
import type { Step } from './history';
import { draggedTo, draggedToTime, type Edge } from './dragging';
import { inVivoName } from './in_vivo';
import { moved, type Pick } from './picking';
import { ReadingOrder } from './reading_order';
import { firstSlots, withUsed, type Slot } from './strip';
import { stripesOf, type Stripes } from './stripes';

/** What the page around it does. */
export interface Around {
  /** Brings a row of the transcript into view. */
  reveal: (row: number) => void;
  /** Gives the transcript the focus back. */
  focus: () => void;
  /** Label of who says the words of a row. */
  speakerOf: (row: number) => string | undefined;
  /** Says something, with a way to undo it; what is a problem stays until it is read. */
  tell: (text: string, undo?: (() => void) | null, problem?: boolean) => void;
  /** Whether reading is clean, so that fillers can't be seen. */
  clean: () => boolean;
}

const LOCKED = 'You said that you are ready, so your codings stay as they are. Take that back first (Ready, above).';
const PINNED = 'pinned-codes';

export class CodingPage {
  readonly here: CodingHere;
  pick = $state.raw<Pick | null>(null);
  openId = $state<string | null>(null);
  /** Whether a code is being typed. */
  typing = $state(false);
  /** Whether the memo of the open coding is being written. */
  noting = $state(false);
  leadIn = $state(remembered.get('lead-in') === 'yes');
  slots = $state.raw<Slot[]>([]);
  /** What was just done, for who can't see it. */
  said = $state('');
  dragged = $state.raw<{ id: string; place: Anchor } | null>(null);

  readonly #transcript: Transcript;
  readonly #player: Player;
  readonly #around: Around;

  readonly order: ReadingOrder = $derived.by(() => new ReadingOrder(this.#transcript.rows));
  /** All codings one may see, with what is being dragged where it is dragged to. */
  readonly codings: readonly ShownCoding[] = $derived.by(() => {
    const { dragged } = this;
    return dragged ? this.here.shown.map((one) => (one.id === dragged.id ? { ...one, place: dragged.place } : one)) : this.here.shown;
  });
  readonly stripes: Stripes = $derived.by(() => {
    void this.#transcript.laidOut;
    return stripesOf(this.codings, this.here.me, this.order, (ms) => this.#transcript.rowAt(ms));
  });
  readonly open: ShownCoding | null = $derived.by(() => this.codings.find((one) => one.id === this.openId) ?? null);
  readonly on: On = $derived(this.pick ? 'pick' : this.open ? 'coding' : 'nothing');
  /** The place of the selected words. */
  readonly picked: Anchor | null = $derived.by(() => this.pick && this.order.anchor(this.pick.from, this.pick.to));

  constructor(interview: string, transcript: Transcript, player: Player, around: Around) {
    this.#transcript = transcript;
    this.#player = player;
    this.#around = around;
    this.here = new CodingHere(interview, (text, lost) => around.tell(text, null, lost));
  }

  async load(): Promise<void> {
    await this.here.load();
    const latest = this.here.shown.filter((one) => one.mine && one.code).sort((a, b) => b.madeAt.localeCompare(a.madeAt));
    const known = (code: string) => this.here.codes.has(code);
    this.slots = firstSlots((remembered.get(PINNED) ?? '').split(' ').filter(known), latest.map((one) => one.code!).filter(known));
  }

  stop(): void {
    this.here.stop();
  }

  /** Whether one may change a coding: one's own, until one says that one is ready. */
  mayChange(coding: ShownCoding): boolean {
    return coding.mine && !this.here.iAmReady;
  }

  /** Whether one is ready, and so changes nothing; says so. */
  #locked(): boolean {
    if (this.here.iAmReady) this.#around.tell(LOCKED);
    return this.here.iAmReady;
  }

  /** How the words of a row look: selected, the caret, or of the open coding. */
  looksOf(row: Row): ReadonlyMap<number, string> | null {
    const within = this.order.ofRow(row.index);
    if (!within || (!this.pick && !this.open)) return null;
    const looks = new Map<number, string>();
    const paint = (one: number, other: number, look: string) => {
      const [a, b] = [this.order.placeOf(one), this.order.placeOf(other)];
      if (a < 0 || b < 0) return;
      const [from, to] = [Math.max(within[0], Math.min(a, b)), Math.min(within[1], Math.max(a, b))];
      for (let place = from; place <= to; place += 1) looks.set(this.order.at(place)!.id, look);
    };
    if (this.open) paint(this.open.place.first_word, this.open.place.last_word, 'coded');
    if (this.pick) {
      paint(this.pick.from, this.pick.to, 'selected');
      if (looks.has(this.pick.to)) looks.set(this.pick.to, 'selected caret');
    }
    return looks.size ? looks : null;
  }

  words(place: Anchor): string[] {
    return this.order.between(place.first_word, place.last_word).map((word) => word.text);
  }

  nameOf(code: string | null): string {
    return code === null ? 'not named yet' : (this.here.codes.get(code)?.name ?? 'a code that is no longer used');
  }

  colourOf(code: string | null): string {
    return (code && this.here.codes.get(code)?.colour) || 'var(--line-strong)';
  }

  /** Selects words, from one to another. */
  select(from: number, to: number): void {
    this.pick = { from, to };
  }

  /** Selects the words that are said in a stretch. */
  selectTime(startMs: number, endMs: number): void {
    const within = this.order.words.filter((word) => (word.startMs + word.endMs) / 2 >= startMs && (word.startMs + word.endMs) / 2 <= endMs);
    if (within.length) this.select(within[0]!.id, within.at(-1)!.id);
    else this.#around.tell('No words are said in this stretch.');
  }

  extend(from: number | null, to: number): void {
    this.select(this.pick?.from ?? from ?? to, to);
  }

  letGo(): void {
    if (this.pick) this.pick = null;
    else this.close();
  }

  close(): void {
    if (this.#player.stretch && this.open && this.#player.stretch.startMs === this.open.place.start_ms) this.#player.select(null);
    this.openId = null;
    this.noting = false;
  }

  show(id: string, hear = true): void {
    const coding = this.here.of(id);
    if (!coding) return;
    this.pick = null;
    if (this.openId !== id) this.noting = false;
    this.openId = id;
    if (hear) this.hear(coding);
    this.#around.reveal(this.#rowOf(coding));
    this.said = `${this.nameOf(coding.code)}, ${coding.mine ? 'yours' : `by ${coding.coder}`}, at ${clock(coding.place.start_ms)}`;
  }

  #rowOf(coding: ShownCoding): number {
    return this.order.at(this.order.placeOf(coding.place.first_word))?.row ?? this.#transcript.rowAt(coding.place.start_ms);
  }

  hear(coding: ShownCoding): void {
    if (this.#player.stretch && this.#player.looping) this.#player.select({ startMs: coding.place.start_ms, endMs: coding.place.end_ms });
    this.#player.play(leadTo(coding.place, this.leadIn));
  }

  get looping(): boolean {
    const { stretch, looping } = this.#player;
    return Boolean(stretch && looping && this.open && stretch.startMs === this.open.place.start_ms);
  }

  /** Plays the open coding over and over, or no longer. */
  loop(): void {
    if (!this.open) return;
    if (this.looping) return this.#player.select(null);
    this.#player.select({ startMs: this.open.place.start_ms, endMs: this.open.place.end_ms });
    this.#player.play(leadTo(this.open.place, false));
  }

  setLeadIn(leadIn: boolean): void {
    this.leadIn = leadIn;
    remembered.set('lead-in', leadIn ? 'yes' : 'no');
  }

  /** Codes the selected words, or gives the open coding this code. */
  codeWith(code: string | null): void {
    this.typing = false;
    if (this.#locked()) return;
    if (this.picked) {
      const place = this.picked;
      const length = this.words(place).length;
      const id = this.here.add(place, code);
      this.pick = null;
      this.openId = id;
      this.said = code === null ? `Marked ${count(length, 'word')}, not named yet` : `Coded ${count(length, 'word')} with ${this.nameOf(code)}`;
    } else if (this.open?.mine) {
      this.here.change(this.open.id, { code });
      this.said = `Now ${this.nameOf(code)}`;
    } else return;
    if (code) this.slots = withUsed(this.slots, code);
    this.#around.focus();
  }

  codeWithName(name: string): void {
    if (name.trim() && !this.#locked()) this.codeWith(this.here.codeNamed(name));
  }

  inVivoName(): string {
    if (!this.picked) return '';
    const words = this.order.between(this.picked.first_word, this.picked.last_word);
    const speaker = words[0] && this.#around.speakerOf(words[0].row);
    const other = words.findIndex((word) => this.#around.speakerOf(word.row) !== speaker);
    return inVivoName((other < 0 ? words : words.slice(0, other)).map((word) => word.text));
  }

  pin(code: string): void {
    const slots = this.slots.some((slot) => slot.code === code) ? this.slots : withUsed(this.slots, code);
    this.slots = slots.map((slot) => (slot.code === code ? { ...slot, pinned: !slot.pinned } : slot));
    remembered.set(PINNED, this.slots.filter((slot) => slot.pinned).map((slot) => slot.code).join(' '));
  }

  remove(id: string): void {
    const coding = this.here.of(id);
    if (!coding?.mine || this.#locked()) return;
    this.here.remove(id);
    const removal = this.here.lastStep;
    if (this.openId === id) this.close();
    this.said = `Removed ${this.nameOf(coding.code)}`;
    this.#around.tell(`Removed “${this.nameOf(coding.code)}” at ${clock(coding.place.start_ms)}.`, () => this.#undoOnly(removal));
    this.#around.focus();
  }

  setWeight(id: string, weight: number | null): void {
    this.here.change(id, { weight });
  }

  /** Gives the open coding the selected words. */
  reanchor(): void {
    if (!this.open?.mine || !this.picked || this.#locked()) return;
    this.here.change(this.open.id, { place: this.picked });
    this.pick = null;
    this.said = `${this.nameOf(this.open.code)} now stands at ${clock(this.open.place.start_ms)}`;
  }

  accept(id: string): void {
    void this.here.accept(id);
    this.said = 'Accepted the words that are there now';
  }

  /** Undoes this step, from a message that may be older than what was done since. */
  #undoOnly(step: Step | null): void {
    if (step !== null && this.here.lastStep === step) this.undo();
    else this.#around.tell('Something else was done since, or it was undone already. Ctrl+Z undoes what was done last.');
  }

  undo(): void {
    if (this.#locked()) return;
    const done = this.here.undo();
    this.#after(done, 'Undone');
  }

  redo(): void {
    if (this.#locked()) return;
    const done = this.here.redo();
    this.#after(done, 'Done again');
  }

  #after(done: Step | null, word: string): void {
    if (!done) {
      this.said = 'There is nothing more';
      return;
    }
    const gone = done.after === null;
    if (done.of === 'memo') this.said = `${word}: the memo ${gone ? 'is gone' : 'is as it was'}`;
    else this.said = done.after ? `${word}: ${this.nameOf(done.after.code)}` : `${word}: the coding is gone`;
    const id = done.of === 'memo' ? (done.after ?? done.before)!.coding : done.id;
    const coding = this.here.of(id);
    if (!coding) {
      if (this.openId === id) this.openId = null;
      return;
    }
    this.openId = id;
    this.#around.reveal(this.#rowOf(coding));
  }

  /** Opens the coding after or before the open one, else after or before what is heard. */
  step(by: 1 | -1): void {
    const all = this.codings;
    const at = all.findIndex((one) => one.id === this.openId);
    if (at >= 0) {
      const next = all[at + by];
      if (next) this.show(next.id);
      return;
    }
    const ms = this.#player.ms;
    const next = by > 0 ? all.find((one) => one.place.start_ms > ms) : all.findLast((one) => one.place.start_ms < ms);
    if (next) this.show(next.id);
  }

  dragTo(id: string, edge: Edge, to: { word: number } | { ms: number }): void {
    const coding = this.codings.find((one) => one.id === id);
    if (!coding || !this.mayChange(coding)) return;
    const place = 'word' in to ? draggedTo(this.order, coding.place, edge, to.word) : draggedToTime(this.order, coding.place, edge, to.ms);
    if (place !== coding.place) this.dragged = { id, place };
  }

  drop(): void {
    const { dragged } = this;
    this.dragged = null;
    if (!dragged) return;
    this.here.change(dragged.id, { place: dragged.place });
    this.said = `From ${clock(dragged.place.start_ms)} to ${clock(dragged.place.end_ms)}`;
  }

  #caret(): number | null {
    const row = this.#transcript.rows[Math.max(0, this.#transcript.rowAt(this.#player.ms || this.#player.shownMs))];
    const words = row?.words ?? [];
    const ms = this.#player.ms || this.#player.shownMs;
    return (words.findLast((word) => word.start_ms <= ms) ?? words[0])?.id ?? null;
  }

  #move(does: Does & { act: 'move' }): void {
    const from = this.pick?.to ?? this.open?.place.last_word ?? this.#caret();
    if (from === null) return;
    const hidden = (place: number) => this.#around.clean() && Boolean(this.order.at(place)?.leftOut);
    // Keys are the words' from here on, not those of a button that was pressed before.
    this.#around.focus();
    this.pick = moved(this.order, this.pick ?? { from, to: from }, does.by, does.way, does.extend, hidden);
    const word = this.order.at(this.order.placeOf(this.pick.to));
    if (!word) return;
    this.#around.reveal(word.row);
    const length = this.order.between(this.pick.from, this.pick.to).length;
    this.said = length > 1 ? `${length} words, to “${word.text}”` : word.text;
  }

  /** Does what a key asks for; whether it was one of these. */
  read(event: KeyboardEvent): boolean {
    const does = doesOf(event, this.on);
    if (!does) return false;
    switch (does.act) {
      case 'move':
        this.#move(does);
        break;
      case 'strip': {
        const slot = this.slots[does.key - 1];
        if (slot) this.codeWith(slot.code);
        break;
      }
      case 'caret': {
        const word = this.#caret();
        if (word !== null) this.select(word, word);
        this.#around.focus();
        break;
      }
      case 'palette':
        if (!this.#locked()) this.typing = this.picked !== null || Boolean(this.open?.mine);
        break;
      case 'inVivo':
        this.codeWithName(this.inVivoName());
        break;
      case 'segment':
        this.codeWith(null);
        break;
      case 'hear':
        if (this.picked) this.#player.play(leadTo(this.picked, this.leadIn));
        else if (this.open) this.hear(this.open);
        break;
      case 'loop':
        this.loop();
        break;
      case 'drop':
        this.letGo();
        break;
      case 'next':
        this.step(1);
        break;
      case 'previous':
        this.step(-1);
        break;
      case 'remove':
        if (this.open) this.remove(this.open.id);
        break;
      case 'reanchor':
        this.reanchor();
        break;
      case 'memo':
        this.noting = true;
        break;
      case 'undo':
        this.undo();
        break;
      case 'redo':
        this.redo();
    }
    return true;
  }
}
