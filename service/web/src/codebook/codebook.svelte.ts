/** The codebook as the page holds it: what is there now, how often codes were given, and its changes. */
import { api } from '../api/client';
import { Problem } from '../api/problem';
import type { Code, Codebook, CodebookChange, Theme } from '../api/types';
import { toasts } from '../notices/toasts.svelte';
import { session } from '../session/session.svelte';
import { givenOf, NOT_GIVEN, together, used, withBelow, type Given } from './tree';

const CHANGES_AT_ONCE = 2000;

/** What went wrong, in words for where no form shows what is there now. */
export function told(problem: Problem): string {
  return problem.status === 409 ? 'Somebody changed it meanwhile. The page shows now what is there; look at it, then do this again.' : problem.message;
}

class CodebookState {
  book = $state.raw<Codebook | null>(null);
  given = $state.raw<Map<string | null, Given>>(new Map());
  /** All of them, the oldest first; null until they were asked for. */
  changes = $state.raw<CodebookChange[] | null>(null);
  problem = $state.raw<unknown>(null);
  busy = $state(false);

  readonly codes = $derived(used(this.book?.codes ?? []));
  readonly themes = $derived(used(this.book?.themes ?? []).toSorted((a, b) => a.name.localeCompare(b.name)));
  readonly names = $derived(new Map((this.book?.codes ?? []).map(({ id, name }) => [id, name])));
  /** Names and colours of codes, as lists of moments want them. */
  readonly looks = $derived(new Map((this.book?.codes ?? []).map(({ id, name, colour }) => [id, { name, colour }])));

  get leads(): boolean {
    return session.may('revise_codebook');
  }

  get codesToo(): boolean {
    return session.may('code');
  }

  async load(): Promise<void> {
    this.problem = null;
    try {
      const [book, { counts }] = await Promise.all([api.codebook(), api.codebookCounts()]);
      this.book = book;
      this.given = givenOf(counts);
      if (this.changes) await this.loadChanges();
    } catch (error) {
      this.problem = error;
    }
  }

  /** Reads the changes that it has not read yet. */
  async loadChanges(): Promise<void> {
    const held = this.changes ?? [];
    const fresh: CodebookChange[] = [];
    for (;;) {
      const after = fresh.at(-1)?.number ?? held.at(-1)?.number ?? 0;
      const { changes } = await api.codebookChanges(after, CHANGES_AT_ONCE);
      fresh.push(...changes);
      if (changes.length < CHANGES_AT_ONCE) break;
    }
    this.changes = [...held, ...fresh];
  }

  code(id: string): Code | undefined {
    return this.codes.find((one) => one.id === id);
  }

  theme(id: string): Theme | undefined {
    return this.themes.find((one) => one.id === id);
  }

  of(id: string): Given {
    return this.given.get(id) ?? NOT_GIVEN;
  }

  /** How often a code or one below it was given. */
  below(id: string): Given {
    return together(this.given, withBelow(this.codes, id));
  }

  ofTheme(theme: Theme): Given {
    return together(this.given, theme.codes);
  }

  /**
   * Does something to the codebook and reads it again. `said` is told with a way to undo it. What goes wrong is told and
   * answered, so that a form can stay open with it.
   */
  async change(said: string, does: () => Promise<unknown>): Promise<Problem | null> {
    if (this.busy) return null;
    this.busy = true;
    const before = this.book?.version ?? 0;
    try {
      await does();
      await this.load();
      const made = this.book?.version ?? 0;
      // With two changes since, somebody else made one, and it is not known here which.
      const undo = this.leads && made === before + 1 ? { label: 'Undo', run: () => void this.undo(made) } : null;
      toasts.say(said, undo);
      return null;
    } catch (error) {
      const problem = error instanceof Problem ? error : new Problem(500, 'Something went wrong in the page. Reload it, then try again.');
      if (problem.status === 409) await this.load();
      return problem;
    } finally {
      this.busy = false;
    }
  }

  async undo(number: number): Promise<void> {
    const problem = await this.change(`Change ${number} is undone.`, () => api.undoCodebookChange(number));
    if (problem) toasts.say(problem.message, null, 'problem');
  }
}

export const codebook = new CodebookState();
