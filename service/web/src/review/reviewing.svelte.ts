/** The review of one interview: what is looked at, what was decided, and what comes next. */
import { api } from '../api/client';
import type { DoubtfulPlace, Interview, Label, LookItem, Reach, Review, ReviewItem, Scope, Utterance } from '../api/types';
import { toasts } from '../notices/toasts.svelte';
import { count } from '../time/format';
import { nextOpen } from './choosing';

export type Step = 1 | 2 | 3 | 4;

/** Around what is looked at, so that sentences can be read. */
const AROUND_MS = 15_000;

/** A place in the sound that is looked at: a redaction, a word of the second look, or a word that was hardly understood. */
export interface Spot {
  key: string;
  startMs: number;
  endMs: number;
  wordIds: readonly number[];
}

export class Reviewing {
  readonly reference: string;
  review = $state.raw<Review | null>(null);
  interview = $state.raw<Interview | null>(null);
  problem = $state.raw<unknown>(null);
  step = $state<Step>(1);
  busy = $state(false);
  #waiting: (() => void)[] = [];
  passage = $state.raw<readonly Utterance[]>([]);
  /** What screen readers are told. */
  said = $state('');

  #item = $state<number | null>(null);
  #form = $state<string | null>(null);
  #place = $state(0);
  #doubtful = $state(0);
  #shownPassage = '';

  readonly items = $derived(this.review?.redactions ?? []);
  readonly looks = $derived(this.review?.second_look ?? []);
  readonly places = $derived(this.review?.remaining.places ?? []);
  readonly item = $derived<ReviewItem | null>(this.items.find((one) => one.id === this.#item) ?? this.items[0] ?? null);
  readonly look = $derived<LookItem | null>(this.looks.find((one) => one.form === this.#form) ?? this.looks[0] ?? null);
  readonly lookPlace = $derived(this.look ? (this.look.places[Math.min(this.#place, this.look.places.length - 1)] ?? null) : null);
  readonly placeNumber = $derived(this.look ? Math.min(this.#place, Math.max(0, this.look.places.length - 1)) : 0);
  readonly doubtful = $derived<DoubtfulPlace | null>(this.places[Math.min(this.#doubtful, this.places.length - 1)] ?? null);
  /** What is redacted, by word: its placeholder. */
  readonly redacted = $derived(
    new Map(this.items.filter((one) => one.state !== 'rejected').flatMap((one) => one.word_ids.map((id) => [id, one.placeholder] as const))),
  );

  readonly spot = $derived.by((): Spot | null => {
    if (this.step === 1 && this.item) {
      const { id, start_ms, end_ms, word_ids } = this.item;
      return { key: `r${id}`, startMs: start_ms, endMs: end_ms, wordIds: word_ids };
    }
    if (this.step === 2 && this.look && this.lookPlace) return spotOf(`l${this.look.form}-${this.placeNumber}`, this.lookPlace);
    if (this.step === 3 && this.doubtful) return spotOf(`d${this.doubtful.word_id}`, this.doubtful);
    return null;
  });

  constructor(reference: string) {
    this.reference = reference;
  }

  async load(): Promise<void> {
    this.problem = null;
    try {
      [this.interview, this.review] = await Promise.all([api.interview(this.reference), api.review(this.reference)]);
      this.#item = this.#nextItem(-1)?.id ?? this.items[0]?.id ?? null;
      this.#form = this.#nextLook(-1)?.form ?? this.looks[0]?.form ?? null;
      this.step = this.#firstStep();
    } catch (error) {
      this.problem = error;
    }
  }

  #firstStep(): Step {
    const progress = this.review!.progress;
    if (progress.decided < progress.redactions || (!progress.redactions && !progress.done)) return 1;
    if (progress.looks_open || !progress.looked) return 2;
    return progress.done ? 4 : 3;
  }

  #nextItem(at: number): ReviewItem | null {
    return nextOpen(this.items, at, (one) => one.state === 'open');
  }

  #nextLook(at: number): LookItem | null {
    return nextOpen(this.looks, at, (one) => !one.cleared);
  }

  choose(item: ReviewItem): void {
    this.#item = item.id;
  }

  chooseLook(look: LookItem): void {
    this.#form = look.form;
    this.#place = 0;
  }

  chooseDoubtful(place: number): void {
    this.#doubtful = place;
  }

  /** To the next or the previous of the list, decided or not; in the second look place by place. */
  move(by: 1 | -1): void {
    if (this.step === 1 && this.item) {
      const next = this.items[this.items.indexOf(this.item) + by];
      if (next) this.choose(next);
    } else if (this.step === 2 && this.look) {
      const place = this.placeNumber + by;
      if (place >= 0 && place < this.look.places.length) this.#place = place;
      else {
        const next = this.looks[this.looks.indexOf(this.look) + by];
        if (next) {
          this.#form = next.form;
          this.#place = by === 1 ? 0 : Math.max(0, next.places.length - 1);
        }
      }
    } else if (this.step === 3) {
      this.#doubtful = Math.max(0, Math.min(this.places.length - 1, this.#doubtful + by));
    }
  }

  goTo(step: Step): void {
    this.step = step;
  }

  /** After a decision: to what is open next, and from a step with nothing open to the next one. */
  #goOn(at: number): void {
    const progress = this.review!.progress;
    if (this.step === 1) {
      const next = this.#nextItem(at);
      if (next) this.#item = next.id;
      else if (progress.decided === progress.redactions) {
        this.#form = this.#nextLook(-1)?.form ?? null;
        this.step = progress.looks_open ? 2 : 3;
        this.said = `Every redaction is looked at. ${progress.looks_open ? 'Now the second look.' : 'Now what may remain.'}`;
      }
    } else if (this.step === 2) {
      const next = this.#nextLook(at);
      if (next) {
        this.#form = next.form;
        this.#place = 0;
      } else if (!progress.looks_open) {
        this.step = progress.decided < progress.redactions ? 1 : 3;
        this.said = 'Every word of the second look is looked at. Now what may remain.';
      }
    }
  }

  async decide(state: 'accepted' | 'rejected' | 'open', scope: Scope = 'mention', reach: Reach = 'interview'): Promise<void> {
    const item = this.item;
    if (!item) return;
    const said = { accepted: 'accepted', rejected: 'not identifying', open: 'open again' }[state];
    await this.#act(() => api.decide(this.reference, { redactions: [item.id], state, scope, reach }), said, state !== 'open');
  }

  change(label: Label, wordIds: number[] | null, scope: Scope): Promise<boolean> {
    const item = this.item!;
    return this.#act(
      () => api.changeRedaction(this.reference, { redaction: item.id, label, word_ids: wordIds, scope }),
      'changed',
      true,
    );
  }

  add(wordIds: number[], label: Label, scope: Scope, reach: Reach): Promise<boolean> {
    return this.#act(() => api.addRedaction(this.reference, { word_ids: wordIds, label, scope, reach }), 'redacted', this.step === 2);
  }

  clear(wholeStudy: boolean): Promise<boolean> {
    const look = this.look;
    if (!look) return Promise.resolve(false);
    return this.#act(
      () => api.clearWords(this.reference, { forms: [look.form], whole_study: wholeStudy }),
      wholeStudy ? 'word cleared in the whole study' : 'word cleared',
      true,
    );
  }

  clearAll(): Promise<boolean> {
    const forms = this.looks.filter((one) => !one.cleared).map((one) => one.form);
    return this.#act(() => api.clearWords(this.reference, { forms, whole_study: false }), 'words cleared', true);
  }

  async #act(act: () => Promise<{ count: number; review: Review }>, said: string, goOn: boolean): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    const at = this.step === 1 ? this.items.findIndex((one) => one.id === this.item?.id) : this.looks.findIndex((one) => one.form === this.look?.form);
    const ids = this.step === 1 ? this.items.map((one) => String(one.id)) : this.looks.map((one) => one.form);
    try {
      const { count: number, review } = await act();
      this.review = review;
      // Only the latest decision is undone, so only that is offered.
      for (const toast of toasts.shown) if (toast.tone === 'plain') toasts.dismiss(toast.id);
      toasts.say(`${number === 1 ? '' : `${number} `}${said}.`.replace(/^./, (letter) => letter.toUpperCase()), number ? { label: 'Undo', run: () => void this.stepBack(true) } : null);
      if (goOn) this.#goOn(this.#placeOf(ids, at));
      return true;
    } catch (error) {
      toasts.fail(error);
      return false;
    } finally {
      this.#free();
    }
  }

  #free(): void {
    this.busy = false;
    for (const resume of this.#waiting.splice(0)) resume();
  }

  /** Resolves when nothing is on its way any more; who waits comes in turn. */
  async #idle(): Promise<void> {
    while (this.busy) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Where the list was, in the list as it is now: what was decided may have left it. */
  #placeOf(ids: readonly string[], at: number): number {
    const now = new Map((this.step === 1 ? this.items.map((one) => String(one.id)) : this.looks.map((one) => one.form)).map((id, place) => [id, place]));
    for (let place = at; place >= 0; place--) {
      const here = now.get(ids[place]!);
      if (here !== undefined) return here;
    }
    return -1;
  }

  /** Undoes, or does again. Asked for while a decision is on its way, it waits for that one: it is what is meant. */
  async stepBack(back: boolean): Promise<void> {
    await this.#idle();
    const kind = back ? this.review?.can_undo : this.review?.can_redo;
    if (!kind) {
      toasts.say(back ? 'There is nothing to undo.' : 'There is nothing to do again.');
      return;
    }
    this.busy = true;
    try {
      const before = new Map(this.items.map((one) => [one.id, one.state]));
      const cleared = new Set(this.looks.filter((one) => one.cleared).map((one) => one.form));
      this.review = await (back ? api.undoDecision : api.redoDecision)(this.reference);
      // Shows what is as it was.
      if (kind === 'clear') {
        this.step = 2;
        this.#form = this.looks.find((one) => cleared.has(one.form) !== one.cleared)?.form ?? this.#form;
      } else {
        const changed = this.items.find((one) => before.get(one.id) !== one.state);
        if (changed) {
          this.step = 1;
          this.#item = changed.id;
        }
      }
      toasts.say(back ? 'Undone.' : 'Done again.');
    } catch (error) {
      toasts.fail(error);
    } finally {
      this.#free();
    }
  }

  async finish(): Promise<boolean> {
    return this.#whole(() => api.finishReview(this.reference), 'The review is finished.');
  }

  async reopen(): Promise<boolean> {
    return this.#whole(() => api.reopenReview(this.reference), 'The review is open again.');
  }

  async searchNames(): Promise<boolean> {
    return this.#whole(async () => {
      this.interview = await api.searchNames(this.reference);
      return api.review(this.reference);
    }, 'Names were looked for again.');
  }

  /** The interview was released or taken back. */
  async released(interview: Interview): Promise<void> {
    this.interview = interview;
    await this.#whole(() => api.review(this.reference), '');
  }

  async #whole(act: () => Promise<Review>, said: string): Promise<boolean> {
    this.busy = true;
    try {
      this.review = await act();
      if (said) toasts.say(said);
      return true;
    } catch (error) {
      toasts.fail(error);
      return false;
    } finally {
      this.#free();
    }
  }

  /** Loads the words around what is looked at. */
  async read(spot: Spot): Promise<void> {
    const from = Math.max(0, Math.floor((spot.startMs - AROUND_MS) / 5000) * 5000);
    const to = Math.ceil((spot.endMs + AROUND_MS) / 5000) * 5000;
    const wanted = `${from}-${to}-${this.review?.revision}`;
    if (wanted === this.#shownPassage) return;
    this.#shownPassage = wanted;
    try {
      const { utterances } = await api.utterancesBetween(this.reference, from, to);
      if (this.#shownPassage === wanted) this.passage = utterances;
    } catch (error) {
      this.#shownPassage = '';
      toasts.fail(error);
    }
  }

  /** How far this step is, in words. */
  readonly far = $derived.by(() => {
    const progress = this.review?.progress;
    if (!progress) return '';
    if (this.step === 1) return `${progress.decided} of ${progress.redactions} looked at`;
    if (this.step === 2) return progress.looks_open ? `${count(progress.looks_open, 'word')} left` : 'nothing left';
    return '';
  });
}

function spotOf(key: string, place: { word_id: number; start_ms: number; end_ms: number }): Spot {
  return { key, startMs: place.start_ms, endMs: place.end_ms, wordIds: [place.word_id] };
}
