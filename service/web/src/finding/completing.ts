/** What can be typed next in a query: fields, what is there to stand after each, and words between terms. */
import type { QueryTerms } from '../api/types';

export interface Completion {
  /** What is shown, and what it is. */
  label: string;
  about: string;
  /** What stands in the place of the characters from `from` to `to`. */
  text: string;
}

export interface Completions {
  from: number;
  to: number;
  options: Completion[];
}

const BETWEEN: [string, string][] = [
  ['and', 'the time that both have in common'],
  ['or', 'the time of either'],
  ['and not', 'without the time of'],
  ['with', 'whole moments that overlap one of'],
  ['not with', 'whole moments that overlap none of'],
  ['near 30s', 'whole moments with one at most so far away'],
];
const AFTER_CODING: [string, string][] = [
  ['by ', 'of this coder'],
  ['weight >= 50', 'of this weight'],
  ['changed', 'whose words were changed since'],
];
const CODINGS = /^(code|theme|coder|is):/;
const RESERVED = new Set(['and', 'or', 'not', 'with', 'near', 'by', 'weight', 'changed', 'only']);
const MOST = 12;

/** A value as it stands in a query: in quotes where it needs them. */
export function asValue(value: string): string {
  const plain = /^[\p{L}\p{N}_][\p{L}\p{N}_.*~/+-]*$/u.test(value) && !RESERVED.has(value.toLowerCase());
  return plain ? value : `"${value.replace(/\\/g, '\\\\').replace(/"/g, '\\"')}"`;
}

/** What can stand where the caret is, the likeliest first; null inside of quotes of what was said. */
export function completionsAt(text: string, caret: number, terms: QueryTerms): Completions | null {
  const words = wordsOf(text.slice(0, caret));
  const last = words.at(-1);
  const typed = last && last.to === caret ? last : null;
  const before = typed ? words.at(-2) : last;
  const from = typed ? typed.from : caret;
  if (typed?.text.startsWith('"')) return null;
  const field = /^([a-z]+):(.*)$/is.exec(typed?.text ?? '');
  if (field) return { from, to: endOf(text, caret), options: ofField(field[1]!.toLowerCase(), unquoted(field[2]!), terms) };
  const sought = typed?.text ?? '';
  if (before?.text.toLowerCase() === 'by') {
    const marks = words.slice(0, typed ? -2 : -1).at(-1)?.text.startsWith('marker:');
    const names = terms.values[marks ? 'speaker' : 'coder'] ?? [];
    return { from, to: endOf(text, caret), options: matching(names, sought).map((name) => ({ label: name, about: marks ? 'speaker' : 'coder', text: `${asValue(name)} ` })) };
  }
  const options = isTerm(before) ? between(before!.text, sought) : starting(sought, terms);
  return { from, to: endOf(text, caret), options: options.slice(0, MOST) };
}

interface Word {
  from: number;
  to: number;
  text: string;
}

/** Words with what is in quotes in them; parentheses stand alone. */
function wordsOf(text: string): Word[] {
  const found: Word[] = [];
  for (const match of text.matchAll(/[()]|(?:[^\s()"]|"(?:[^"\\]|\\.)*(?:"|$))+/gs)) {
    found.push({ from: match.index, to: match.index + match[0].length, text: match[0] });
  }
  return found;
}

/** Where the word at the caret ends. */
function endOf(text: string, caret: number): number {
  const rest = /^[^\s()"]*"?/.exec(text.slice(caret));
  return caret + (rest && !rest[0].includes(':') ? rest[0].length : 0);
}

function isTerm(word: Word | undefined): boolean {
  return word !== undefined && word.text !== '(' && !RESERVED.has(word.text.toLowerCase()) && !/^[<>=]+$/.test(word.text) && !/^\d+(ms|s|m)$/i.test(word.text);
}

const unquoted = (text: string) => text.replace(/^"/, '').replace(/"$/, '').replace(/\\(.)/g, '$1');

/** Those that begin so, then those with a word that does, then those that have it anywhere. */
export function matching(values: readonly string[], sought: string): string[] {
  const low = sought.toLowerCase();
  const rank = (value: string) => {
    const at = value.toLowerCase().indexOf(low);
    return at < 0 ? 3 : at === 0 ? 0 : /[\s/-]/.test(value[at - 1]!) ? 1 : 2;
  };
  const ranked = values.map((value) => ({ value, rank: rank(value) })).filter((one) => one.rank < 3);
  return ranked.sort((a, b) => a.rank - b.rank).slice(0, MOST).map((one) => one.value);
}

function ofField(name: string, sought: string, terms: QueryTerms): Completion[] {
  const values = terms.values[name];
  if (!values) {
    const known = terms.fields.find((field) => field.name === name);
    return known && !sought ? [{ label: known.example, about: known.finds, text: `${known.example} ` }] : [];
  }
  return matching(values, sought).map((value) => ({ label: value, about: name, text: `${name}:${asValue(value)} ` }));
}

function starting(sought: string, terms: QueryTerms): Completion[] {
  const low = sought.toLowerCase();
  const fields = terms.fields
    .filter((field) => field.name.startsWith(low))
    .map((field) => ({ label: `${field.name}:`, about: field.finds, text: `${field.name}:` }));
  if (low.length < 2) return low ? [...fields, ...values(low, terms)] : fields;
  return [...fields, ...values(low, terms)];
}

/** Codes and others by their own names, so that nobody needs to know the fields. */
function values(sought: string, terms: QueryTerms): Completion[] {
  return ['code', 'theme', 'coder', 'marker', 'role', 'group', 'interview'].flatMap((name) =>
    matching(terms.values[name] ?? [], sought)
      .filter((value) => value.toLowerCase().startsWith(sought) || name === 'code')
      .slice(0, 4)
      .map((value) => ({ label: value, about: name, text: `${name}:${asValue(value)} ` })),
  );
}

function between(before: string, sought: string): Completion[] {
  const options = CODINGS.test(before) ? [...BETWEEN, ...AFTER_CODING] : before.startsWith('marker:') ? [...BETWEEN, ['>= 2', 'of this strength'], ['by ', 'of this speaker']] : BETWEEN;
  return (options as [string, string][])
    .filter(([word]) => word.startsWith(sought.toLowerCase()))
    .map(([word, about]) => ({ label: word.trim(), about, text: word.endsWith(' ') ? word : `${word} ` }));
}
