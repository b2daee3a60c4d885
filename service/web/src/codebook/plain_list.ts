/** A list of codes as people have it in a document: one code a line, what is indented lies below the line above it. */
import type { Code, ListedCode } from '../api/types';
import { used } from './tree';

const LONGEST_NAME = 200;
const LONGEST_DEFINITION = 20_000;
const MOST = 2000;

export interface ListLine {
  /** Number of the line, from 1. */
  line: number;
  name: string;
  definition: string;
  depth: number;
  /** Place in the list of the line that it lies below, -1 for none. */
  above: number;
  /** The code of the book that has this name; what is listed below it is put there. */
  there: Code | null;
  problem: string;
}

const WIDTH_OF_TAB = 8;

function widthOf(indent: string): number {
  let width = 0;
  for (const one of indent) width += one === '\t' ? WIDTH_OF_TAB - (width % WIDTH_OF_TAB) : 1;
  return width;
}

/** Reads a list. A dash or dot before a name is left out; what follows a tab after the name is its definition. */
export function readList(text: string, codes: readonly Code[]): ListLine[] {
  const held = new Map(used(codes).map((code) => [code.name.toLocaleLowerCase(), code]));
  const found: ListLine[] = [];
  const lines = new Map<string, number>();
  const open: { width: number; place: number }[] = [];
  for (const [number, whole] of text.split(/\r?\n/).entries()) {
    const [, indent, said] = /^([\s\u00a0]*)(.*)$/u.exec(whole)!;
    const [bare, ...rest] = said!.replace(/^(?:[-*•–]\s+)+/u, '').split('\t');
    const name = bare!.replace(/\s+/g, ' ').trim();
    if (!name) continue;
    const width = widthOf(indent!);
    while (open.length && open.at(-1)!.width >= width) open.pop();
    const definition = rest.join(' ').trim();
    const before = lines.get(name.toLocaleLowerCase());
    let problem = '';
    if (before !== undefined) problem = `It is on line ${before} already.`;
    else if (name.length > LONGEST_NAME) problem = `A name has ${LONGEST_NAME} characters at most.`;
    else if (definition.length > LONGEST_DEFINITION) problem = `A definition has ${LONGEST_DEFINITION.toLocaleString('en-GB')} characters at most.`;
    else if (found.length >= MOST) problem = `A list has ${MOST.toLocaleString('en-GB')} codes at most.`;
    found.push({
      line: number + 1,
      name,
      definition,
      depth: open.length,
      above: open.at(-1)?.place ?? -1,
      there: held.get(name.toLocaleLowerCase()) ?? null,
      problem,
    });
    if (before === undefined) lines.set(name.toLocaleLowerCase(), number + 1);
    open.push({ width, place: found.length - 1 });
  }
  return found;
}

/** What is to be added: the lines that are not in the book yet, each below the code of the line above it. */
export function toAdd(lines: readonly ListLine[], newId: () => string): ListedCode[] {
  const ids = lines.map(({ there }) => there?.id ?? newId());
  return lines.flatMap(({ name, definition, above, there }, place) =>
    there ? [] : [{ id: ids[place]!, name, definition, parent: above < 0 ? null : ids[above]! }],
  );
}
