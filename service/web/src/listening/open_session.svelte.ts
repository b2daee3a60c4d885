/** A session as this page has it: what is in it, where the meeting is, and what is sent. */
import { api } from '../api/client';
import { Problem } from '../api/problem';
import type { components } from '../api/schema';
import type { ListedMoment, ListeningNote, ListeningSession } from '../api/types';
import { MomentPlayer } from '../moments/moment_player.svelte';
import { toasts } from '../notices/toasts.svelte';
import { newId } from '../coding/ids';

const ASK_MS = 1000;
const ASK_HIDDEN_MS = 5000;
const LONGEST_WAIT_MS = 15_000;

type Changed = Omit<components['schemas']['ChangedListeningSession'], 'version'>;

export class OpenSession {
  readonly id: string;
  readonly player = new MomentPlayer();
  session = $state.raw<ListeningSession | null>(null);
  listed = $state.raw<readonly ListedMoment[]>([]);
  notes = $state.raw<readonly ListeningNote[]>([]);
  me = $state('');
  someHidden = $state(false);
  someNotesHidden = $state(false);
  problem = $state.raw<unknown>(null);
  /** The last answer to "where are we" did not come. */
  lost = $state(false);
  /** Goes where the others go, and takes them along. */
  following = $state(true);
  /** The entry at which the meeting is. */
  sharedAt = $state<string | null>(null);
  movedBy = $state('');
  /** The meeting is at a moment that is not shown here. */
  away = $state(false);

  readonly openEntry = $derived(this.listed[this.player.at] ?? null);
  readonly isOpen = $derived(this.session?.state === 'open');
  readonly sharedPlace = $derived(this.listed.findIndex(({ id }) => id === this.sharedAt));

  #moved = -1;
  #playlist = '';
  #changes = '';
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;

  constructor(id: string) {
    this.id = id;
  }

  /** Loads, and keeps up until the function it returns is called. */
  start(): () => void {
    void this.load();
    return () => {
      this.#stopped = true;
      clearTimeout(this.#timer);
    };
  }

  async load(): Promise<void> {
    clearTimeout(this.#timer);
    this.problem = null;
    try {
      await this.#read();
      await this.#ask();
    } catch (error) {
      this.problem = error;
      return;
    }
    this.#again(ASK_MS);
  }

  #again(wait: number): void {
    clearTimeout(this.#timer);
    if (this.#stopped) return;
    const ms = document.visibilityState === 'hidden' ? Math.max(wait, ASK_HIDDEN_MS) : wait;
    this.#timer = setTimeout(async () => {
      try {
        await this.#ask();
        this.lost = false;
        this.#again(ASK_MS);
      } catch (error) {
        if (error instanceof Problem && error.status === 404) this.problem = error;
        else {
          this.lost = true;
          this.#again(Math.min(wait * 2, LONGEST_WAIT_MS));
        }
      }
    }, ms);
  }

  async #ask(): Promise<void> {
    const now = await api.listeningNow(this.id);
    if (now.changes !== this.#changes) await this.#read(now.playlist !== this.#playlist);
    this.#changes = now.changes;
    this.movedBy = now.moved_by;
    const appeared = this.away && now.at !== null;
    if (now.moved === this.#moved && !appeared) return;
    this.#moved = now.moved;
    this.sharedAt = now.at;
    this.away = now.at === null && now.moved > 0;
    if (this.following) this.goToShared();
  }

  async #read(withMoments = true): Promise<void> {
    const [opened, playlist] = await Promise.all([api.listeningSession(this.id), withMoments ? api.listeningMoments(this.id) : null]);
    this.session = opened.session;
    this.notes = opened.notes;
    this.me = opened.me;
    this.someNotesHidden = opened.some_notes_hidden;
    if (playlist) return this.#take(playlist);
    const heard = new Set(opened.heard);
    if (this.listed.some(({ id, heard_at }) => !heard_at && heard.has(id))) {
      const now = new Date().toISOString();
      this.listed = this.listed.map((one) => (!one.heard_at && heard.has(one.id) ? { ...one, heard_at: now } : one));
    }
  }

  #take(playlist: components['schemas']['Playlist']): void {
    const open = this.openEntry?.id;
    this.#playlist = playlist.playlist;
    this.someHidden = playlist.some_hidden;
    this.listed = playlist.listed;
    this.player.set(playlist.listed.map(({ moment }) => moment));
    // The same stretch may be in a playlist twice.
    const place = open ? playlist.listed.findIndex(({ id }) => id === open) : -1;
    if (place >= 0) this.player.at = place;
  }

  /** Opens the moment at which the others are, and goes on playing if this page was. */
  goToShared(): void {
    if (this.sharedPlace < 0 || this.sharedPlace === this.player.at) return;
    if (this.player.playing) this.player.play(this.sharedPlace);
    else this.player.show(this.sharedPlace);
  }

  follow(following: boolean): void {
    this.following = following;
    if (following) this.goToShared();
  }

  /** Takes the others to the open moment, if this page goes with them. */
  async share(): Promise<void> {
    const entry = this.openEntry;
    if (!entry || !this.following || !this.isOpen || entry.id === this.sharedAt) return;
    this.sharedAt = entry.id;
    this.away = false;
    try {
      const now = await api.moveListeningSession(this.id, entry.id);
      this.#moved = Math.max(this.#moved, now.moved);
      this.listed = this.listed.map((one) => (one.id === entry.id && !one.heard_at ? { ...one, heard_at: new Date().toISOString() } : one));
    } catch (error) {
      toasts.fail(error);
    }
  }

  async change(changed: Changed): Promise<boolean> {
    if (!this.session) return false;
    try {
      this.session = await api.changeListeningSession(this.id, { version: this.session.version, ...changed });
      return true;
    } catch (error) {
      toasts.fail(error);
      if (error instanceof Problem && error.status === 409) await this.#read(false);
      return false;
    }
  }

  /** Writes a note or decision; true when it is kept. `id` is the same for every try. */
  async write(id: string, kind: ListeningNote['kind'], text: string, place: { moment: string; atMs: number } | null): Promise<boolean> {
    try {
      const note = await api.addListeningNote(this.id, { id, kind, text, moment: place?.moment ?? null, at_ms: place ? place.atMs : null });
      this.#put(note);
      return true;
    } catch (error) {
      toasts.fail(error);
      return false;
    }
  }

  async rewrite(note: ListeningNote, text: string): Promise<boolean> {
    try {
      this.#put(await api.changeListeningNote(this.id, note.id, note.version, text));
      return true;
    } catch (error) {
      toasts.fail(error);
      if (error instanceof Problem && error.status === 409) await this.#read(false);
      return false;
    }
  }

  async removeNote(note: ListeningNote): Promise<void> {
    try {
      const removed = await api.removeListeningNote(this.id, note.id, note.version);
      this.notes = this.notes.filter(({ id }) => id !== note.id);
      toasts.say(note.kind === 'decision' ? 'Decision removed.' : 'Note removed.', { label: 'Undo', run: () => void this.rewrite(removed, removed.text) });
    } catch (error) {
      toasts.fail(error);
    }
  }

  async add(additions: Omit<components['schemas']['PlaylistAdditions'], 'id'>, id = newId()): Promise<number | null> {
    const before = this.listed.length;
    return this.#playlistAct(async () => {
      this.#take(await api.addListeningMoments(this.id, { id, ...additions }));
      return this.listed.length - before;
    });
  }

  async remove(entry: ListedMoment): Promise<void> {
    await this.#playlistAct(async () => {
      this.#take(await api.removeListeningMoment(this.id, entry.id));
      toasts.say('Taken out of the playlist.', { label: 'Undo', run: () => void this.#playlistAct(async () => this.#take(await api.restoreListeningMoment(this.id, entry.id))) });
    });
  }

  /** One place up or down. */
  async shift(entry: ListedMoment, by: 1 | -1): Promise<void> {
    const ids = this.listed.map(({ id }) => id);
    const place = ids.indexOf(entry.id);
    const after = by > 0 ? ids[place + 1] : (ids[place - 2] ?? null);
    if (place + by < 0 || after === undefined) return;
    await this.#playlistAct(async () => this.#take(await api.placeListeningMoment(this.id, entry.id, after)));
  }

  async #playlistAct<T>(act: () => Promise<T>): Promise<T | null> {
    try {
      return await act();
    } catch (error) {
      toasts.fail(error);
      return null;
    }
  }

  #put(note: ListeningNote): void {
    const there = this.notes.some(({ id }) => id === note.id);
    this.notes = there ? this.notes.map((one) => (one.id === note.id ? note : one)) : [...this.notes, note];
  }
}
