/** The codes of a codebook as a tree, and how often they were given. */
import type { Code, CodeCount, Theme } from '../api/types';

/** A code as the tree shows it. */
export interface TreeRow {
  code: Code;
  depth: number;
  /** How many codes lie right below it. */
  below: number;
  open: boolean;
  /** Matches what is searched for, or nothing is; others are shown since something below them does. */
  found: boolean;
}

/** So many codings that one may see, and the interviews they are in. */
export interface Given {
  codings: number;
  interviews: ReadonlySet<string>;
  /** Codings in interviews that are not released now, and those left of withdrawn ones; leads are told. */
  hidden: number;
  kept: number;
}

export const NOT_GIVEN: Given = { codings: 0, interviews: new Set(), hidden: 0, kept: 0 };

export const used = <T extends { state: string }>(items: readonly T[]): T[] => items.filter((one) => one.state === 'used');

const byName = (a: { name: string; id: string }, b: { name: string; id: string }) =>
  a.name.localeCompare(b.name, undefined, { sensitivity: 'base', numeric: true }) || a.id.localeCompare(b.id);

/** Used codes by the code above them, null for those at the top, in order of name. */
export function childrenOf(codes: readonly Code[]): Map<string | null, Code[]> {
  const held = used(codes);
  const ids = new Set(held.map(({ id }) => id));
  const found = new Map<string | null, Code[]>();
  for (const code of held.toSorted(byName)) {
    const above = code.parent !== null && ids.has(code.parent) ? code.parent : null;
    found.set(above, [...(found.get(above) ?? []), code]);
  }
  return found;
}

const fold = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLocaleLowerCase();

/** Whether every word of `query` is in what is said of it. */
export function says(one: Code | Theme, query: string): boolean {
  const words = fold(query).split(/\s+/).filter(Boolean);
  const text = fold([one.name, one.definition, 'example' in one ? one.example : ''].join('\n'));
  return words.every((word) => text.includes(word));
}

/** The rows to show, from the top down: what is searched for with what lies above it, else all that is not closed. */
export function rowsOf(codes: readonly Code[], closed: ReadonlySet<string>, query = ''): TreeRow[] {
  const children = childrenOf(codes);
  const searching = query.trim() !== '';
  const shown = new Map<string, boolean>();
  const isShown = (code: Code): boolean => {
    const held = shown.get(code.id);
    if (held !== undefined) return held;
    shown.set(code.id, false);
    const below = (children.get(code.id) ?? []).map(isShown);
    const here = says(code, query) || below.some(Boolean);
    shown.set(code.id, here);
    return here;
  };
  const rows: TreeRow[] = [];
  const put = (above: string | null, depth: number) => {
    for (const code of children.get(above) ?? []) {
      if (searching && !isShown(code)) continue;
      const below = children.get(code.id)?.length ?? 0;
      const open = searching || !closed.has(code.id);
      rows.push({ code, depth, below, open, found: !searching || says(code, query) });
      if (open) put(code.id, depth + 1);
    }
  };
  put(null, 0);
  return rows;
}

/** The ids of a code and of all codes below it. */
export function withBelow(codes: readonly Code[], id: string): Set<string> {
  const children = childrenOf(codes);
  const found = new Set<string>();
  const put = (one: string) => {
    if (found.has(one)) return;
    found.add(one);
    for (const code of children.get(one) ?? []) put(code.id);
  };
  put(id);
  return found;
}

/** The names of the codes above one, from the top. */
export function pathOf(codes: readonly Code[], id: string): string[] {
  const byId = new Map(codes.map((code) => [code.id, code]));
  const path: string[] = [];
  const seen = new Set<string>([id]);
  let above = byId.get(id)?.parent ?? null;
  while (above !== null && !seen.has(above)) {
    seen.add(above);
    const code = byId.get(above);
    if (!code || code.state !== 'used') break;
    path.unshift(code.name);
    above = code.parent;
  }
  return path;
}

/** Why a code can't be put below another (null: at the top), or nothing. */
export function whyNotBelow(codes: readonly Code[], id: string, parent: string | null): string {
  const code = codes.find((one) => one.id === id);
  if (code && code.parent === parent) return parent === null ? 'it is there' : 'it lies there';
  if (parent === id) return 'it is this one';
  if (parent !== null && withBelow(codes, id).has(parent)) return 'it lies below this one';
  return '';
}

/** Why a code can't be merged into another, or nothing. */
export function whyNotInto(codes: readonly Code[], id: string, into: string): string {
  if (into === id) return 'it is this one';
  return withBelow(codes, id).has(into) ? 'it lies below this one' : '';
}

/** How often codes were given, by id. */
export function givenOf(counts: readonly CodeCount[]): Map<string | null, Given> {
  return new Map(
    counts.map(({ code, interviews, hidden, kept }) => [
      code,
      {
        codings: interviews.reduce((sum, one) => sum + one.codings, 0),
        interviews: new Set(interviews.map(({ interview }) => interview)),
        hidden,
        kept,
      },
    ]),
  );
}

/** How often any of these codes was given. */
export function together(given: ReadonlyMap<string | null, Given>, ids: Iterable<string>): Given {
  let [codings, hidden, kept] = [0, 0, 0];
  const interviews = new Set<string>();
  for (const id of ids) {
    const one = given.get(id) ?? NOT_GIVEN;
    codings += one.codings;
    hidden += one.hidden;
    kept += one.kept;
    for (const name of one.interviews) interviews.add(name);
  }
  return { codings, interviews, hidden, kept };
}

/** Where the keyboard goes in the tree from a row; null where the key does nothing there. */
export function nextRow(rows: readonly TreeRow[], at: number, key: string): number | 'open' | 'close' | null {
  const row = rows[at];
  const within = (place: number) => (place >= 0 && place < rows.length ? place : null);
  if (!row) return rows.length && (key === 'ArrowDown' || key === 'Home') ? 0 : null;
  switch (key) {
    case 'ArrowDown':
      return within(at + 1);
    case 'ArrowUp':
      return within(at - 1);
    case 'Home':
      return 0;
    case 'End':
      return rows.length - 1;
    case 'ArrowRight':
      if (!row.below) return null;
      return row.open ? at + 1 : 'open';
    case 'ArrowLeft': {
      if (row.below && row.open) return 'close';
      for (let place = at - 1; place >= 0; place -= 1) if (rows[place]!.depth < row.depth) return place;
      return null;
    }
    default:
      return null;
  }
}
