/** What the study knows of the interview that is shown: its place, its voices, its guide; and what a person says of them. */
import { api } from '../api/client';
import { inWords } from '../api/problem';
import type {
  AskedPlace,
  GuideCoverage,
  GuideQuestion,
  Interview,
  InterviewPlace,
  ParticipantLine,
  Role,
  Study,
  Voices,
} from '../api/types';
import { toasts } from '../notices/toasts.svelte';
import { interviewAddress, router } from '../routing/router.svelte';
import { clock } from '../time/format';
import { dayWords, participantOf, wayBackTo } from './place';
import { confirmedOf, personWords, wayBack, type Who } from './voices';

/** Corrections come in quick succession; what is counted from them is asked for after a pause. */
const PAUSE_MS = 800;

/** The one on the page: what is undone later is shown there, whichever object did it. */
let shown: InStudy | null = null;

export class InStudy {
  study = $state.raw<Study | null>(null);
  place = $state.raw<InterviewPlace | null>(null);
  line = $state.raw<ParticipantLine | null>(null);
  voices = $state.raw<Voices | null>(null);
  guide = $state.raw<GuideCoverage | null>(null);
  /** Why something did not load. */
  voicesProblem = $state('');
  guideProblem = $state('');
  placeProblem = $state('');
  /** Label of the voice, number of the place or key of the question that is being saved. */
  saving = $state.raw<string | number | null>(null);
  searching = $state(false);

  readonly #interview: () => Interview;
  readonly #onchange: (interview: Interview) => void;
  readonly #describe: (label: string, changes: { role: Role }) => Promise<boolean>;
  #last: Promise<void> = Promise.resolve();
  #wait: ReturnType<typeof setTimeout> | undefined;

  /** Whether there is a protocol: without one there are neither places nor guides. */
  readonly there = $derived(this.study !== null && this.study.title !== null);
  readonly who = $derived.by((): Who | null => {
    if (!this.study || !this.there) return null;
    return {
      study: this.study,
      participant: participantOf(this.place?.name ?? null),
      interviewer: this.place?.interviewer ?? null,
      confirmed: confirmedOf(this.voices?.voices ?? []),
    };
  });
  readonly mismatches = $derived(this.voices?.mismatches ?? []);

  constructor(
    interview: () => Interview,
    onchange: (interview: Interview) => void,
    describe: (label: string, changes: { role: Role }) => Promise<boolean>,
  ) {
    this.#interview = interview;
    this.#onchange = onchange;
    this.#describe = describe;
  }

  get #id(): string {
    return this.#interview().id;
  }

  async load(): Promise<void> {
    shown = this;
    await Promise.all([this.#loadPlace(), this.loadVoices(), this.loadGuide()]);
  }

  /** Voices and guide once more, a moment after words or roles were corrected. */
  follow(): void {
    clearTimeout(this.#wait);
    this.#wait = setTimeout(() => void Promise.all([this.loadVoices(), this.loadGuide()]), PAUSE_MS);
  }

  stop(): void {
    clearTimeout(this.#wait);
    if (shown === this) shown = null;
  }

  async loadVoices(): Promise<void> {
    try {
      this.voices = await api.voices(this.#id);
      this.voicesProblem = '';
    } catch (error) {
      this.voicesProblem = inWords(error);
    }
  }

  async loadGuide(): Promise<void> {
    try {
      this.guide = await api.guide(this.#id);
      this.guideProblem = '';
    } catch (error) {
      this.guideProblem = inWords(error);
    }
  }

  async #loadPlace(): Promise<void> {
    try {
      [this.study, this.place] = await Promise.all([api.study(), api.place(this.#id)]);
      const participant = participantOf(this.place.name);
      this.line = this.there && participant ? await api.participant(participant).catch(() => null) : null;
      this.placeProblem = '';
    } catch (error) {
      this.placeProblem = inWords(error);
    }
  }

  // Voices

  /** Says whose voice it is, with a way back; null takes back what was said. */
  async confirm(label: string, person: string | null): Promise<void> {
    const before = { voices: this.voices?.voices ?? [], interviewer: this.place?.interviewer ?? null };
    const roles = this.#interview().speakers.filter((speaker) => !speaker.suggested);
    await this.#save(label, async () => {
      await this.#heard(await api.confirmVoice(this.#id, label, person));
      const said = person ? `${label} is ${personWords(person, this.study)}.` : `Whose voice ${label} is, is open again.`;
      toasts.say(said, { label: 'Undo', run: () => void this.#unconfirm(label, before, roles) });
    });
  }

  async #unconfirm(label: string, before: Before, roles: Interview['speakers']): Promise<void> {
    await this.#save(label, async () => {
      let now = this.voices;
      for (const step of wayBack(before.voices, now?.voices ?? [])) now = await api.confirmVoice(this.#id, step.label, step.person);
      // A confirmed interviewer is who asked, where nobody had said so.
      if ((await api.place(this.#id)).interviewer !== before.interviewer) {
        await api.setFacts(this.#id, { interviewer: before.interviewer });
      }
      if (now) await this.#heard(now);
      // A role that was chosen by hand is not one that could be suggested again.
      for (const { label: voice, role } of roles) {
        const is = this.#interview().speakers.find((speaker) => speaker.label === voice);
        if (is && is.role !== role) await this.#describe(voice, { role });
      }
    });
  }

  /** Roles follow from a voice, who asked from a role, and the guide is searched in the words of who asks. */
  async #heard(voices: Voices): Promise<void> {
    this.voices = voices;
    const [interview] = await Promise.all([api.interview(this.#id), this.#loadPlace(), this.loadGuide()]);
    this.#onchange(interview);
  }

  // The guide

  async search(): Promise<void> {
    this.searching = true;
    try {
      this.guide = await api.searchGuide(this.#id);
      this.guideProblem = '';
      const asked = this.guide.questions.filter((question) => question.asked).length;
      toasts.say(`Searched: ${asked} of ${this.guide.questions.length} questions have a place.`);
    } catch (error) {
      this.guideProblem = inWords(error);
    } finally {
      this.searching = false;
    }
  }

  async judge(question: GuideQuestion, place: AskedPlace, state: AskedPlace['state']): Promise<void> {
    const before = place.state;
    const [which, at] = [this.#numbered(question), clock(place.start_ms)];
    const said = {
      confirmed: `${which} was asked at ${at}.`,
      rejected: `${which} was not asked at ${at}.`,
      suggested: `${which} is a suggestion again at ${at}.`,
    }[state];
    await this.#ask(place.number, () => api.judgeAsked(this.#id, place.number, state), said, () =>
      api.judgeAsked(this.#id, place.number, before),
    );
  }

  /** Rejects what was found; what a person pointed to is taken away. */
  async reject(question: GuideQuestion, place: AskedPlace): Promise<void> {
    if (place.score !== null) return this.judge(question, place, 'rejected');
    const said = `${this.#numbered(question)}: the place at ${clock(place.start_ms)} is taken away.`;
    await this.#ask(place.number, () => api.removeAsked(this.#id, place.number), said, () =>
      api.addAsked(this.#id, question.key, place.utterance),
    );
  }

  /** A person says that the question was asked in an utterance. */
  async pointTo(question: GuideQuestion, utterance: number, ms: number): Promise<void> {
    const before = question.places.find((place) => place.utterance === utterance);
    if (before?.state === 'confirmed') {
      toasts.say('It is confirmed there already.');
      return;
    }
    const said = `${this.#numbered(question)} was asked at ${clock(ms)}.`;
    await this.#ask(question.key, () => api.addAsked(this.#id, question.key, utterance), said, () => {
      const now = this.guide?.questions.find(({ key }) => key === question.key)?.places.find((place) => place.utterance === utterance);
      if (before) return api.judgeAsked(this.#id, before.number, before.state);
      return now ? api.removeAsked(this.#id, now.number) : api.guide(this.#id);
    });
  }

  #numbered(question: GuideQuestion): string {
    const place = this.guide?.questions.findIndex(({ key }) => key === question.key) ?? -1;
    return `Question ${place + 1}`;
  }

  async #ask(what: string | number, act: () => Promise<GuideCoverage>, said: string, undo: () => Promise<GuideCoverage>): Promise<void> {
    await this.#save(what, async () => {
      this.guide = await act();
      const back = () => this.#save(what, async () => void (this.guide = await undo()));
      toasts.say(said, { label: 'Undo', run: () => void back() });
    });
  }

  // Its place, its day, who asked

  /** Gives the interview a place, lets it cover one more, or with null takes it out. Gives what went wrong. */
  async moveTo(name: string | null, also = false): Promise<string> {
    const before = this.place;
    try {
      const place = name === null ? await api.takeOut(this.#id) : await api.putPlace(this.#id, { name, also });
      const said = name === null ? 'Taken out of its place: it waits in the tray.' : `Filed as ${place.covers.join(' and ')}.`;
      toasts.say(said, before && { label: 'Undo', run: () => void this.#moveBack(before) });
      await this.#moved(place);
      return '';
    } catch (error) {
      return inWords(error);
    }
  }

  async #moveBack(before: InterviewPlace): Promise<void> {
    try {
      const id = before.interview_id;
      const steps = wayBackTo(before);
      let place = steps.length ? null : await api.takeOut(id);
      for (const step of steps) place = await api.putPlace(id, step);
      if (place) await this.#moved(place);
    } catch (error) {
      toasts.fail(error);
    }
  }

  /** An interview is addressed by its name: with a new one the page has a new address, unless another one is open. */
  async #moved(place: InterviewPlace): Promise<void> {
    const interview = await api.interview(place.interview_id);
    if (!shown || shown.#id !== place.interview_id) return;
    shown.#onchange(interview);
    await shown.load();
    router.go(interviewAddress(interview, location.hash), 'replace');
  }

  /** Puts the files of the interview in this order; it is written down again. Gives what went wrong. */
  async orderFiles(order: string[]): Promise<string> {
    const before = this.place?.recordings.map((file) => file.id) ?? [];
    return this.#changeFiles(() => api.orderFiles(this.#id, order), 'The files change places.', () => api.orderFiles(this.#id, before));
  }

  /** Makes a file an interview of its own again. Gives what went wrong. */
  async splitOff(recording: string): Promise<string> {
    const name = this.place?.name ?? null;
    let alone = '';
    return this.#changeFiles(
      async () => void (alone = (await api.splitOff(this.#id, recording)).interview_id),
      'The file waits in the tray.',
      name === null ? null : () => api.putPlace(alone, { name, part: true }),
    );
  }

  async #changeFiles(act: () => Promise<unknown>, said: string, undo: (() => Promise<unknown>) | null): Promise<string> {
    try {
      await act();
      await this.#loadPlace();
      const back = async () => {
        const failed = await undo?.().then(() => null, (error: unknown) => error);
        if (failed) toasts.fail(failed);
        await this.#loadPlace();
      };
      toasts.say(`${said} The interview is written down again.`, undo && { label: 'Undo', run: () => void back() });
      return '';
    } catch (error) {
      return inWords(error);
    }
  }

  async setDay(day: string | null): Promise<string> {
    const said = day ? `Held on ${dayWords(day)}.` : 'The day is not known any more.';
    return this.#setFacts({ held_on: day }, { held_on: this.place?.held_on ?? null }, said);
  }

  async setInterviewer(interviewer: string | null): Promise<string> {
    const said = interviewer ? `${interviewer} asked.` : 'Who asked is open again.';
    return this.#setFacts({ interviewer }, { interviewer: this.place?.interviewer ?? null }, said);
  }

  async #setFacts(facts: Facts, before: Facts, said: string): Promise<string> {
    const id = this.#id;
    try {
      await api.setFacts(id, facts);
      await this.#loadPlace();
      void this.loadVoices();
      const undo = async () => {
        const failed = await api.setFacts(id, before).then(() => null, (error: unknown) => error);
        if (failed) toasts.fail(failed);
        if (shown && shown.#id === id) await shown.#loadPlace();
      };
      toasts.say(said, { label: 'Undo', run: () => void undo() });
      return '';
    } catch (error) {
      return inWords(error);
    }
  }

  /** One after the other: an undo that is pressed while something is saved waits for it. */
  #save(what: string | number, act: () => Promise<void>): Promise<void> {
    this.#last = this.#last.then(() => this.#saveNow(what, act));
    return this.#last;
  }

  async #saveNow(what: string | number, act: () => Promise<void>): Promise<void> {
    this.saving = what;
    try {
      await act();
    } catch (error) {
      toasts.fail(error);
      // Somebody else may have changed it meanwhile.
      void Promise.all([this.loadVoices(), this.loadGuide()]);
    } finally {
      this.saving = null;
    }
  }
}

type Before = { voices: Voices['voices']; interviewer: string | null };
type Facts = { held_on?: string | null; interviewer?: string | null };
