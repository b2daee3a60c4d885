/** What is said of a quote before it may leave: its stand-ins and what to look at. */
import type { components } from '../api/schema';
import { count } from '../time/format';

type Kind = components['schemas']['WarningKind'];
type Stood = components['schemas']['Stood'];

const WHY: Record<Kind, string> = {
  unsure: 'Nobody has listened to what was said here',
  number: 'A number',
  date: 'A date',
  address: 'Looks like an address',
  capital: 'A capital within a sentence: a name?',
  rare: 'Nobody in another group says this',
  few_groups: 'Too few groups are released to tell rare words: is there a word or a story that only this person would say?',
};

export const whyOf = (kind: Kind) => WHY[kind];

/** `2 stand-ins: 1 NAME, 1 PLACE`. */
export function standInWords(stood: readonly Stood[]): string {
  const all = stood.reduce((sum, one) => sum + one.count, 0);
  if (!all) return 'no stand-ins';
  return `${count(all, 'stand-in')}: ${stood.map((one) => `${one.count} ${one.kind}`).join(', ')}`;
}
