/** What is said of a quote before it may leave: its stand-ins and what to look at. */
import type { components } from '../api/schema';
import { count } from '../time/format';

type Kind = components['schemas']['WarningKind'];
type Stood = components['schemas']['Stood'];

/** What a person confirms by ticking a box, with the words it is about. */
const CONFIRMED: Record<Kind, (words: string) => string> = {
  unsure: (words) => `Nothing identifies somebody in${those(words, 'what was said here')}, which nobody had listened to`,
  number: (words) => `The number${those(words)} identifies nobody`,
  date: (words) => `The date${those(words)} identifies nobody`,
  address: (words) => `What looks like an address${those(words)} identifies nobody`,
  capital: (words) => `The word with a capital${those(words)} is no name that identifies somebody`,
  rare: (words) => `Nobody in another group says${those(words, 'this')}, and it identifies nobody all the same`,
  few_groups: () => 'No word or story in it that only this person would say',
};

function those(words: string, none = ''): string {
  return words ? ` “${words}”` : none && ` ${none}`;
}

export const confirmedBy = (kind: Kind, words: string) => CONFIRMED[kind](words);

/** `2 stand-ins: 1 NAME, 1 PLACE`. */
export function standInWords(stood: readonly Stood[]): string {
  const all = stood.reduce((sum, one) => sum + one.count, 0);
  if (!all) return 'no stand-ins';
  return `${count(all, 'stand-in')}: ${stood.map((one) => `${one.count} ${one.kind}`).join(', ')}`;
}
