/** Correcting the words as spoken: what is chosen, what is being saved, and what can be undone. */
import { api } from '../api/client';
import { Problem, inWords } from '../api/problem';
import type { Corrected, Interview, Word } from '../api/types';
import { between, ofWord, stepped, type Choice } from './choice';
import type { Row, Transcript } from './transcript.svelte';

export type Scope = 'words' | 'utterance' | 'from_here';
export type Saving = 'nothing' | 'saving' | 'saved' | 'failed';

export class Correcting {
  on = $state(false);
  choice = $state.raw<Choice | null>(null);
  /** What the open field does: writes the chosen words otherwise, or puts words in after them. */
  field = $state<'change' | 'insert' | null>(null);
  saving = $state<Saving>('nothing');
  problem = $state('');
  canUndo = $state(false);
  canRedo = $state(false);
  /** Counts what was corrected, so that lists know when to ask again. */
  made = $state(0);

  #transcript: Transcript;
  #interview: () => Interview;
  #onchange: (interview: Interview) => void;
  #revision: number;
  #markersWait: ReturnType<typeof setTimeout> | undefined;

  constructor(transcript: Transcript, interview: () => Interview, onchange: (interview: Interview) => void) {
    this.#transcript = transcript;
    this.#interview = interview;
    this.#onchange = onchange;
    this.#revision = interview().revision;
  }

  async start(): Promise<void> {
    this.on = true;
    try {
      const known = await api.corrections(this.#interview().id);
      this.canUndo = known.can_undo;
      this.canRedo = known.can_redo;
      if (known.revision !== this.#revision) await this.#reload();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** The transcript has the next revision by something else that was done here. */
  followed(revision: number): void {
    if (revision === this.#revision + 1) this.#revision = revision;
  }

  stop(): void {
    this.on = false;
    this.choice = null;
    this.field = null;
    if (this.saving !== 'failed') this.saving = 'nothing';
  }

  row(): Row | null {
    return this.choice ? this.#transcript.row(this.choice.utterance) : null;
  }

  /** The chosen words, in order. */
  words(): Word[] {
    const row = this.row();
    return row?.words && this.choice ? between(row.words, this.choice) : [];
  }

  /** Chooses a word, or everything from the word chosen first up to it. */
  choose(wordId: number, extend = false): Word | null {
    if (this.field) return null;
    const row = this.#transcript.rowOfWord(wordId);
    if (!row) return null;
    this.choice = ofWord(row.id, wordId, extend ? this.choice : null);
    return row.words?.find((word) => word.id === wordId) ?? null;
  }

  /** Moves the choice by a word, over the edges of utterances. Gives the word it came to. */
  move(by: 1 | -1, extend: boolean): Word | null {
    const rows = this.#transcript.rows;
    const next = stepped(rows, this.choice, by, extend);
    if (!next) return null;
    this.choice = next;
    return this.#transcript.row(next.utterance)?.words?.find((word) => word.id === next.to) ?? null;
  }

  save(text: string): void {
    const how = this.field;
    const choice = this.choice;
    const words = this.words();
    this.field = null;
    if (!choice || !words.length) return;
    if (how === 'insert') {
      if (!text.trim()) return;
      void this.#send((reference, revision) =>
        api.insertWords(reference, { revision, utterance: choice.utterance, after: words.at(-1)!.id, text }),
      );
    } else {
      const same = text.trim().split(/\s+/u).join(' ') === words.map((word) => word.text).join(' ');
      if (same && words.every((word) => word.confidence === 1)) return;
      this.#change(choice.utterance, words, text);
    }
  }

  remove(): void {
    const words = this.words();
    if (this.choice && words.length) this.#change(this.choice.utterance, words, '');
  }

  #change(utterance: number, words: Word[], text: string): void {
    const ids = words.map((word) => word.id);
    void this.#send((reference, revision) => api.correctWords(reference, { revision, utterance, word_ids: ids, text }));
  }

  split(): void {
    const [first] = this.words();
    if (!first || !this.choice) return;
    const utterance = this.choice.utterance;
    void this.#send((reference, revision) => api.split(reference, { revision, utterance, before: first.id }));
  }

  /** Merges the utterance with the one before it. */
  merge(): void {
    const row = this.row();
    const before = row && this.#transcript.rows[row.index - 1];
    if (!row || !before) return;
    void this.#send((reference, revision) => api.merge(reference, { revision, first: before.id, second: row.id }));
  }

  give(speaker: string, scope: Scope): void {
    const words = this.words();
    if (!this.choice || !words.length) return;
    const utterance = this.choice.utterance;
    const ids = scope === 'words' ? words.map((word) => word.id) : [];
    void this.#send((reference, revision) =>
      api.giveTo(reference, { revision, speaker, scope, utterance, word_ids: ids }),
    );
  }

  /** Undoes the latest, also outside the mode. */
  undoOnce(): Promise<boolean> {
    return this.#send((reference, revision) => api.undo(reference, revision));
  }

  undo(): void {
    if (this.canUndo) void this.#send((reference, revision) => api.undo(reference, revision));
  }

  redo(): void {
    if (this.canRedo) void this.#send((reference, revision) => api.redo(reference, revision));
  }

  /** Says who a voice is; also outside the mode. Gives whether it was saved. */
  describe(label: string, changes: { role?: Interview['speakers'][number]['role']; name?: string }): Promise<boolean> {
    return this.#send((reference, revision) => api.describe(reference, label, { revision, ...changes }));
  }

  async #send(request: (reference: string, revision: number) => Promise<Corrected>): Promise<boolean> {
    // One at a time: each is made on the revision the one before left.
    if (this.saving === 'saving') return false;
    this.saving = 'saving';
    this.problem = '';
    try {
      this.#take(await request(this.#interview().id, this.#revision));
      this.saving = 'saved';
      return true;
    } catch (error) {
      if (error instanceof Problem && error.status === 409) {
        await this.#reload();
        this.saving = 'failed';
        this.problem = 'Somebody else corrected it meanwhile. This is the newest version; make your correction again.';
      } else this.#fail(error);
      return false;
    }
  }

  #take(done: Corrected): void {
    this.#revision = done.revision;
    this.canUndo = done.can_undo;
    this.canRedo = done.can_redo;
    this.#transcript.patch(done.utterances, done.removed);
    const held = this.choice;
    if (held) {
      const row = this.#transcript.rowOfWord(held.to) ?? this.#transcript.rowOfWord(held.from);
      const id = row?.words?.some((word) => word.id === held.to) ? held.to : held.from;
      this.choice = row ? ofWord(row.id, id, null) : null;
    }
    this.made += 1;
    this.#onchange({ ...this.#interview(), revision: done.revision, speakers: done.speakers });
    clearTimeout(this.#markersWait);
    this.#markersWait = setTimeout(() => void this.#refresh(), 400);
  }

  /** Markers, counts and whether names are outdated follow a moment after the words. */
  async #refresh(): Promise<void> {
    const reference = this.#interview().id;
    try {
      const [interview] = await Promise.all([api.interview(reference), this.#transcript.reloadMarkers()]);
      if (interview.revision === this.#revision) this.#onchange(interview);
    } catch {
      // The words are saved; what is counted from them comes with the next correction.
    }
  }

  /** Everything as it is in the vault now. */
  async #reload(): Promise<void> {
    const interview = await api.interview(this.#interview().id);
    this.#revision = interview.revision;
    this.choice = null;
    this.field = null;
    this.#onchange(interview);
    await this.#transcript.reload();
    const known = await api.corrections(interview.id);
    this.canUndo = known.can_undo;
    this.canRedo = known.can_redo;
    this.made += 1;
  }

  #fail(error: unknown): void {
    this.saving = 'failed';
    this.problem = inWords(error);
  }
}
