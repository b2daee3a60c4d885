/** The codings of one interview: those one may see, and what one does to one's own, shown at once and kept by the service. */
import { api } from '../api/client';
import { Problem, inWords } from '../api/problem';
import type { Anchor, Codebook, Coding, Memo } from '../api/types';
import { leastUsed } from '../codebook/colours';
import { codeLines, named, type CodeLine } from './codes';
import { requestFor, same, type Content, type MemoContent } from './content';
import { History, type Step } from './history';
import { newId } from './ids';
import { Keeping, type Held } from './keeping';
import { Unsaved } from './unsaved';

export interface ShownCoding {
  id: string;
  coder: string;
  mine: boolean;
  place: Anchor;
  code: string | null;
  weight: number | null;
  wordsChanged: boolean;
  suggested: Anchor | null;
  madeAt: string;
  unsaved: boolean;
}

export interface ShownMemo {
  id: string;
  coding: string;
  writer: string;
  mine: boolean;
  text: string;
}

/** How often what others did is asked for, in ms. */
const POLL_MS = 20_000;

const OVERTAKEN = 'It was changed elsewhere meanwhile. You see what is there now; make your change again.';

const contentOf = (coding: Coding): Content | null => (coding.removed ? null : { place: coding.anchor, code: coding.code, weight: coding.weight });
const heldOf = (coding: Coding): Held<Content> => ({ version: coding.version, content: contentOf(coding) });
const memoHeld = (memo: Memo): Held<MemoContent> => ({ version: memo.version, content: memo.removed ? null : { coding: memo.subject, text: memo.text } });

export class CodingHere {
  readonly interview: string;
  loaded = $state(false);
  problem = $state.raw<unknown>(null);
  me = $state('');
  ready = $state.raw<readonly string[]>([]);
  shown = $state.raw<readonly ShownCoding[]>([]);
  memos = $state.raw<readonly ShownMemo[]>([]);
  codebook = $state.raw<Codebook>({ version: 0, codes: [], themes: [] });
  saving = $state<'nothing' | 'saving' | 'saved' | 'failed'>('nothing');
  /** How many codings and memos are not saved yet. */
  waiting = $state(0);
  canUndo = $state(false);
  canRedo = $state(false);
  readonly lines: CodeLine[] = $derived(codeLines(this.codebook));
  readonly codes: ReadonlyMap<string, CodeLine> = $derived(new Map(this.lines.map((line) => [line.id, line])));
  readonly iAmReady = $derived(this.ready.includes(this.me));

  readonly #tell: (text: string, lost?: boolean) => void;
  readonly #history = new History();
  readonly #abort = new AbortController();
  #others: readonly Coding[] = [];
  #othersMemos: readonly Memo[] = [];
  #mine = new Map<string, Coding>();
  #madeAt = new Map<string, string>();
  #newCodes = new Map<string, Codebook['codes'][number]>();
  /** A code that was there already under another id, when one's own was sent. */
  #sameAs = new Map<string, string>();
  #unsaved: Unsaved | null = null;
  #poll: ReturnType<typeof setInterval> | undefined;

  readonly #codings: Keeping<Content> = new Keeping<Content>({
    same,
    ask: (id, held, wanted) => this.#askCoding(id, held, wanted),
    current: (problem) => {
      const coding = problem.current as Coding | null;
      if (!coding) return null;
      this.#mine.set(coding.id, coding);
      return heldOf(coding);
    },
    onchange: () => this.#show(),
    onrefused: (id, problem, overtaken) => {
      this.#history.forget(id);
      this.#tell(overtaken ? OVERTAKEN : `A coding was not kept. ${problem.message}`, !overtaken);
      void this.refresh().catch(() => undefined);
    },
  });

  readonly #memos: Keeping<MemoContent> = new Keeping<MemoContent>({
    same: (a, b) => a?.text === b?.text,
    ask: async (id, held, wanted) => {
      if (held === null && wanted) return memoHeld(await api.addMemo({ id, about: 'coding', subject: wanted.coding, text: wanted.text }));
      if (held === null) return { version: 0, content: null };
      return memoHeld(wanted ? await api.changeMemo(id, { version: held.version, text: wanted.text }) : await api.removeMemo(id, held.version));
    },
    current: (problem) => (problem.current ? memoHeld(problem.current as Memo) : null),
    onchange: () => this.#show(),
    onrefused: (id, problem, overtaken) => {
      this.#history.forget(id);
      this.#tell(overtaken ? OVERTAKEN : `The memo was not kept. ${problem.message}`, true);
      void this.refresh().catch(() => undefined);
    },
  });

  /** `tell` says what happened to somebody; `lost` where something was not kept. */
  constructor(interview: string, tell: (text: string, lost?: boolean) => void) {
    this.interview = interview;
    this.#tell = tell;
  }

  async load(): Promise<void> {
    this.problem = null;
    try {
      await this.refresh();
    } catch (error) {
      if (!this.#abort.signal.aborted) this.problem = error;
      return;
    }
    if (this.loaded) return;
    this.loaded = true;
    this.#unsaved = new Unsaved(this.me, this.interview, () => sessionStorage);
    for (const [id, content] of this.#unsaved.found()) {
      const code = content?.code && this.codes.has(content.code) ? content.code : null;
      if (content || this.#codings.held.has(id)) this.#codings.want(id, content && { ...content, code });
    }
    this.#show();
    this.#poll = setInterval(() => document.visibilityState === 'visible' && void this.#look(), POLL_MS);
    addEventListener('online', this.#again);
    document.addEventListener('visibilitychange', this.#seen);
  }

  stop(): void {
    this.#abort.abort();
    this.#codings.stop();
    this.#memos.stop();
    clearInterval(this.#poll);
    removeEventListener('online', this.#again);
    document.removeEventListener('visibilitychange', this.#seen);
  }

  readonly #again = () => this.sendAgain();
  readonly #seen = () => document.visibilityState === 'visible' && void this.#look();

  /** What others did meanwhile; not while something of one's own is on its way. */
  async #look(): Promise<void> {
    if (this.waiting) return;
    await this.refresh().catch(() => undefined);
  }

  /** Everything as the service has it now. */
  async refresh(): Promise<void> {
    const before = this.#codings.changes + this.#memos.changes;
    const found = await api.codingOfInterview(this.interview, this.#abort.signal);
    this.me = found.me;
    this.ready = found.ready;
    this.codebook = { ...found.codebook, codes: [...found.codebook.codes, ...[...this.#newCodes.values()].filter((code) => !found.codebook.codes.some((one) => one.id === code.id))] };
    this.#others = found.codings.filter((coding) => coding.coder !== found.me);
    this.#othersMemos = found.memos.filter((memo) => memo.about === 'coding' && memo.writer !== found.me);
    // What was asked for since is newer than this answer.
    if (before === this.#codings.changes + this.#memos.changes) {
      this.#take(found.codings.filter((coding) => coding.coder === found.me));
      this.#takeMemos(found.memos.filter((memo) => memo.about === 'coding' && memo.writer === found.me));
    }
    this.#show();
  }

  #take(codings: readonly Coding[]): void {
    const there = new Set(codings.map((coding) => coding.id));
    for (const [id, held] of this.#codings.held) {
      if (held.content === null || there.has(id) || this.#codings.wanted.has(id)) continue;
      // It was removed in another window.
      this.#codings.held.delete(id);
      this.#mine.delete(id);
      this.#history.forget(id);
    }
    for (const coding of codings) {
      const known = this.#codings.held.get(coding.id);
      if (known && known.version > coding.version) continue;
      if (known && known.version < coding.version) this.#history.forget(coding.id);
      this.#mine.set(coding.id, coding);
      this.#codings.held.set(coding.id, heldOf(coding));
    }
  }

  #takeMemos(memos: readonly Memo[]): void {
    const there = new Set(memos.map((memo) => memo.id));
    for (const [id, held] of this.#memos.held) {
      if (held.content === null || there.has(id) || this.#memos.wanted.has(id)) continue;
      this.#memos.held.delete(id);
      this.#history.forget(id);
    }
    for (const memo of memos) {
      const known = this.#memos.held.get(memo.id);
      if (known && known.version < memo.version) this.#history.forget(memo.id);
      this.#memos.held.set(memo.id, memoHeld(memo));
    }
  }

  async #askCoding(id: string, held: Held<Content> | null, wanted: Content | null): Promise<Held<Content>> {
    const code = wanted?.code ? await this.#codeFor(wanted.code) : null;
    const request = requestFor(held, wanted);
    if (!request) return held ?? { version: 0, content: null };
    const { place, weight } = wanted ?? { place: null, weight: null };
    let coding: Coding;
    if (request.act === 'add') coding = await api.addCoding(this.interview, { id, place: request.content.place, code, weight });
    else if (request.act === 'remove') coding = await api.removeCoding(id, request.version);
    else if (request.act === 'restore') coding = await api.restoreCoding(id, request.version);
    else coding = await api.changeCoding(id, { version: request.version, code, weight, place: request.moves ? place : null });
    this.#mine.set(id, coding);
    return heldOf(coding);
  }

  /** Adds the code first, where it is new; the id of the one that has its name, where somebody else was faster. */
  async #codeFor(id: string): Promise<string> {
    const fresh = this.#newCodes.get(id);
    if (!fresh) return id;
    try {
      await api.addCode({ id, name: fresh.name, colour: fresh.colour });
      this.#newCodes.delete(id);
      return id;
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 422) throw error;
      const now = await api.codingOfInterview(this.interview);
      const there = named(codeLines(now.codebook), fresh.name);
      if (!there) throw error;
      this.#newCodes.delete(id);
      this.#sameAs.set(id, there.id);
      this.codebook = now.codebook;
      this.#codings.rewrite((content) => (content.code === id ? { ...content, code: there.id } : content));
      return there.id;
    }
  }

  #show(): void {
    const mine: ShownCoding[] = [];
    for (const id of new Set([...this.#codings.held.keys(), ...this.#codings.wanted.keys()])) {
      const content = this.#codings.now(id);
      if (!content) continue;
      const known = this.#mine.get(id);
      const moved = this.#codings.wanted.has(id) && known !== undefined && known.anchor !== content.place;
      mine.push({
        id,
        coder: this.me,
        mine: true,
        place: content.place,
        code: this.#followed(content.code),
        weight: content.weight,
        wordsChanged: Boolean(known?.words_changed) && !moved,
        suggested: known?.suggested ?? null,
        madeAt: known?.made_at ?? this.#begun(id),
        unsaved: this.#codings.wanted.has(id),
      });
    }
    const theirs = this.#others.map((one): ShownCoding => ({
      id: one.id, coder: one.coder, mine: false, place: one.anchor, code: one.code, weight: one.weight,
      wordsChanged: one.words_changed, suggested: one.suggested, madeAt: one.made_at, unsaved: false,
    }));
    this.shown = [...mine, ...theirs].sort((a, b) => a.place.start_ms - b.place.start_ms || a.place.end_ms - b.place.end_ms || a.id.localeCompare(b.id));
    const own = [...new Set([...this.#memos.held.keys(), ...this.#memos.wanted.keys()])].flatMap((id): ShownMemo[] => {
      const memo = this.#memos.now(id);
      return memo ? [{ id, ...memo, writer: this.me, mine: true }] : [];
    });
    this.memos = [...own, ...this.#othersMemos.map((memo) => ({ id: memo.id, coding: memo.subject, writer: memo.writer, mine: false, text: memo.text }))];
    this.waiting = this.#codings.wanted.size + this.#memos.wanted.size;
    this.canUndo = this.#history.canUndo;
    this.canRedo = this.#history.canRedo;
    const was = this.saving;
    if (this.#codings.trouble ?? this.#memos.trouble) this.saving = 'failed';
    else if (this.waiting) this.saving = 'saving';
    else if (was !== 'nothing') this.saving = 'saved';
    this.#unsaved?.keep(this.#codings.wanted);
  }

  #begun(id: string): string {
    const at = this.#madeAt.get(id) ?? new Date().toISOString();
    this.#madeAt.set(id, at);
    return at;
  }

  #followed(code: string | null): string | null {
    return code && (this.#sameAs.get(code) ?? code);
  }

  /** What keeps things from being saved, in words. */
  get trouble(): string {
    const problem = this.#codings.trouble ?? this.#memos.trouble;
    return problem ? inWords(problem) : '';
  }

  sendAgain(): void {
    if (!this.loaded) return;
    this.#codings.again();
    this.#memos.again();
  }

  of(id: string): ShownCoding | null {
    return this.shown.find((one) => one.id === id) ?? null;
  }

  #do(id: string, after: Content | null): void {
    const before = this.#codings.now(id);
    if (same(before, after)) return;
    this.#history.add({ of: 'coding', id, before, after });
    this.#codings.want(id, after);
  }

  /** Codes a place; without a code it is a segment that is named later. Gives the coding's id. */
  add(place: Anchor, code: string | null): string {
    const id = newId();
    this.#do(id, { place, code, weight: null });
    return id;
  }

  /** Changes one's own coding. */
  change(id: string, change: Partial<Content>): void {
    const now = this.#codings.now(id);
    if (now) this.#do(id, { ...now, ...change });
  }

  remove(id: string): void {
    this.#do(id, null);
  }

  /** The latest step that can be undone: what it was is told apart by identity. */
  get lastStep(): Step | null {
    return this.#history.last;
  }

  /** Takes the latest step back; gives it as it was done now, or null where there is none. */
  undo(): Step | null {
    return this.#step(this.#history.undo());
  }

  redo(): Step | null {
    return this.#step(this.#history.redo());
  }

  #step(step: Step | null): Step | null {
    if (step?.of === 'coding') this.#codings.want(step.id, step.after && { ...step.after, code: this.#followed(step.after.code) });
    else if (step) this.#memos.want(step.id, step.after);
    return step;
  }

  /** The code with this name, added to the codebook if there is none. */
  codeNamed(name: string): string {
    const there = named(this.lines, name);
    if (there) return there.id;
    const id = newId();
    const code: Codebook['codes'][number] = {
      id, parent: null, name: name.trim().slice(0, 200), definition: '', colour: leastUsed(this.codebook.codes.filter((one) => one.state === 'used').map(({ colour }) => colour)),
      example: '', state: 'used', merged_into: null, version: 0, made_by: this.me,
    };
    this.#newCodes.set(id, code);
    this.codebook = { ...this.codebook, codes: [...this.codebook.codes, code] };
    return id;
  }

  /** Says that one's coding stands for the words that are there now. */
  async accept(id: string): Promise<void> {
    const held = this.#codings.held.get(id);
    if (!held || this.#codings.wanted.has(id)) return;
    try {
      const coding = await api.acceptWords(id, held.version);
      this.#mine.set(id, coding);
      this.#codings.held.set(id, heldOf(coding));
      this.#history.forget(id);
    } catch (error) {
      this.#tell(error instanceof Problem && error.status === 409 ? OVERTAKEN : inWords(error));
      await this.refresh().catch(() => undefined);
    }
    this.#show();
  }

  /** Writes one's memo on a coding; an empty one is taken away. */
  writeMemo(coding: string, text: string): void {
    const there = this.memos.find((memo) => memo.mine && memo.coding === coding);
    const written = text.trim();
    if (written === (there?.text ?? '')) return;
    const id = there?.id ?? newId();
    const after = written ? { coding, text: written } : null;
    this.#history.add({ of: 'memo', id, before: there ? { coding, text: there.text } : null, after });
    this.#memos.want(id, after);
  }

  async setReady(ready: boolean): Promise<void> {
    await api.setReady(this.interview, ready);
    await this.refresh();
  }
}
