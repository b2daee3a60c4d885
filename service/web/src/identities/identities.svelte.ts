/** The identities of the study, and the acts on them: each can be undone from its message. */
import { api } from '../api/client';
import { inWords } from '../api/problem';
import type { components } from '../api/schema';
import { toasts } from '../notices/toasts.svelte';
import { reached, type Identity } from './matching';

export type { Identity };
export type IdentityForm = components['schemas']['IdentityForm'];
export type Mention = components['schemas']['IdentityMention'];
export type Label = Identity['label'];
export type Style = components['schemas']['PseudonymStyle'];
type Changed = components['schemas']['ChangedIdentities'];

export const LABELS: Label[] = ['NAME', 'PLACE', 'ORGANISATION', 'DATE', 'AGE', 'PHONE', 'EMAIL', 'URL', 'ID', 'PROFESSION'];

class Identities {
  all = $state.raw<Identity[]>([]);
  outdated = $state.raw<string[]>([]);
  style = $state.raw<Style | null>(null);
  loaded = $state(false);
  problem = $state('');
  busy = $state(false);
  /** Counted up with every change, so that what is shown of one identity is read again. */
  version = $state(0);

  async load(): Promise<void> {
    try {
      const found = await api.identities();
      this.all = found.identities;
      this.outdated = found.outdated;
      this.style = { style: found.style, dates: found.dates };
      this.problem = '';
    } catch (error) {
      this.problem = inWords(error);
    } finally {
      this.loaded = true;
      this.version++;
    }
  }

  /** Changes something; the message about it undoes it. Says whether it was done. */
  async change(said: string, work: () => Promise<Changed>): Promise<boolean> {
    this.busy = true;
    try {
      const done = await work();
      toasts.say(`${said} ${reached(done.interviews, done.passed_on)}`, { label: 'Undo', run: () => void this.#undo(done.change) });
      await this.load();
      return true;
    } catch (error) {
      toasts.fail(error);
      return false;
    } finally {
      this.busy = false;
    }
  }

  /** Lets all stand-ins be of a style, but those that a person wrote; the message about it goes back to the one before. */
  async restyle(style: Style, said = 'Stand-ins are of another style now.'): Promise<void> {
    const before = this.style;
    this.busy = true;
    try {
      const done = await api.setStyle(style);
      const back = before && { label: 'Undo', run: () => void this.restyle(before, 'Undone.') };
      toasts.say(`${said} ${reached(done.interviews, done.passed_on)}`, back);
      await this.load();
    } catch (error) {
      toasts.fail(error);
    } finally {
      this.busy = false;
    }
  }

  async #undo(change: number): Promise<void> {
    try {
      await api.undoIdentityChange(change);
      toasts.say('Undone.');
      await this.load();
    } catch (error) {
      toasts.fail(error);
    }
  }
}

export const identities = new Identities();
