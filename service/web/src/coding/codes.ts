/** The codes one can code with: as a tree, in colours, and found by typing. */
import type { Code, Codebook } from '../api/types';
import { COLOURS } from '../codebook/colours';

export interface CodeLine {
  id: string;
  name: string;
  /** The names above it, the topmost first. */
  above: readonly string[];
  colour: string;
  definition: string;
}

/** A code's own colour, or one that its id always has. */
export function colourOf(code: Pick<Code, 'id' | 'colour'>): string {
  if (code.colour) return code.colour;
  let sum = 0;
  for (const letter of code.id) sum = (sum * 31 + letter.charCodeAt(0)) >>> 0;
  return COLOURS[sum % COLOURS.length]!;
}

/** The codes in use, each before those below it, by name. */
export function codeLines(codebook: Pick<Codebook, 'codes'>): CodeLine[] {
  const used = codebook.codes.filter((code) => code.state === 'used');
  const known = new Set(used.map((code) => code.id));
  const below = new Map<string | null, Code[]>();
  for (const code of used) {
    const parent = code.parent !== null && known.has(code.parent) ? code.parent : null;
    below.set(parent, [...(below.get(parent) ?? []), code]);
  }
  const lines: CodeLine[] = [];
  const add = (parent: string | null, above: readonly string[]) => {
    for (const code of (below.get(parent) ?? []).sort((a, b) => a.name.localeCompare(b.name))) {
      lines.push({ id: code.id, name: code.name, above, colour: colourOf(code), definition: code.definition });
      add(code.id, [...above, code.name]);
    }
  };
  add(null, []);
  return lines;
}

const folded = (text: string) =>
  text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase();

/** How well a text answers what was typed; 0 is not at all. */
function likeness(text: string, typed: string): number {
  if (text === typed) return 100;
  if (text.startsWith(typed)) return 80;
  const at = text.indexOf(typed);
  if (at > 0) return /[\p{L}\p{N}]/u.test(text[at - 1]!) ? 40 : 60;
  let place = 0;
  let gaps = 0;
  for (const letter of typed) {
    const next = text.indexOf(letter, place);
    if (next < 0) return 0;
    gaps += next - place;
    place = next + 1;
  }
  return Math.max(1, 30 - gaps);
}

/**
 * The codes that what was typed may mean, the likeliest first; all of them where nothing is typed. Each typed word is
 * looked for in the name, then in the names above; its letters may have others between them.
 */
export function matching(lines: readonly CodeLine[], typed: string): CodeLine[] {
  const words = folded(typed).split(/\s+/u).filter(Boolean);
  if (!words.length) return [...lines];
  const whole = words.join(' ');
  const scored: { line: CodeLine; score: number }[] = [];
  for (const line of lines) {
    const name = folded(line.name);
    const above = folded(line.above.join(' '));
    let score = name === whole ? 1000 : name.startsWith(whole) ? 500 : 0;
    let every = true;
    for (const word of words) {
      const found = Math.max(likeness(name, word) * 2, likeness(above, word));
      if (!found) every = false;
      score += found;
    }
    if (every) scored.push({ line, score });
  }
  return scored.sort((a, b) => b.score - a.score || a.line.name.length - b.line.name.length).map(({ line }) => line);
}

/** The code with this name, whatever its case; null where there is none. */
export function named(lines: readonly CodeLine[], name: string): CodeLine | null {
  const wanted = name.trim().toLowerCase();
  return lines.find((line) => line.name.toLowerCase() === wanted) ?? null;
}
