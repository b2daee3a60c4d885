/** What the review says of kinds of redaction, of why one is worth a look, and of what may remain. */
import type { Label, RemainingEstimate, ReviewItem } from '../api/types';

/** In the order of the digits that choose them. */
export const LABELS: { label: Label; word: string; many: string }[] = [
  { label: 'NAME', word: 'name', many: 'names' },
  { label: 'PLACE', word: 'place', many: 'places' },
  { label: 'ORGANISATION', word: 'organisation', many: 'organisations' },
  { label: 'DATE', word: 'date', many: 'dates' },
  { label: 'AGE', word: 'age', many: 'ages' },
  { label: 'PROFESSION', word: 'profession', many: 'professions' },
  { label: 'PHONE', word: 'phone number', many: 'phone numbers' },
  { label: 'ID', word: 'other number', many: 'other numbers' },
  { label: 'EMAIL', word: 'e-mail address', many: 'e-mail addresses' },
  { label: 'URL', word: 'web address', many: 'web addresses' },
];

/** What a word is that may not be what was said: found, never chosen by a person. */
const UNSURE = { label: 'UNSURE', word: 'word that may be another', many: 'words that may be others' };
const KNOWN = new Map([...LABELS, UNSURE].map((one) => [one.label as string, one]));

export const labelWord = (label: string): string => KNOWN.get(label)?.word ?? label.toLowerCase();
export const labelsWord = (label: string): string => KNOWN.get(label)?.many ?? label.toLowerCase();

const DETECTORS: Record<string, string> = {
  rules: 'the rules',
  lists: 'the lists',
  propagation: 'the same name elsewhere',
  steward: 'a person',
  review: 'an earlier review',
};

export function detectorWord(detector: string): string {
  return DETECTORS[detector] ?? detector;
}

const WHY: Record<ReviewItem['why'][number], string> = {
  lost: 'its words were changed or are gone',
  disagreed: 'the detectors disagree',
  unsure: 'found with doubt',
  rare: 'a rare word',
  direct: 'says by itself who it is',
};

export const whyWords = (item: Pick<ReviewItem, 'why'>): string[] => item.why.map((one) => WHY[one]);

export const REASONS: Record<string, string> = {
  capital: 'written with a capital',
  listed: 'on a list of names or places',
  rare: 'a rare word',
  number: 'a number',
};

const WHY_NOT: Record<NonNullable<RemainingEstimate['why_not']>, string> = {
  too_few: 'too few were found to say',
  one_source: 'only one detector looks for these, so nothing can be compared',
  no_overlap: 'no two detectors found the same one, so nothing can be compared',
};

/** `about 0–3 may remain`, or why that can't be said. */
export function estimateWords(estimate: RemainingEstimate): string {
  if (estimate.why_not) return WHY_NOT[estimate.why_not];
  return `${rangeWords(estimate.low ?? 0, estimate.high ?? 0)} may remain`;
}

export function rangeWords(low: number, high: number): string {
  return low === high ? `about ${low}` : `about ${low}–${high}`;
}

/** Words without the punctuation around them. */
export const bareText = (text: string): string => text.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');
