/** A text cut at its matches (character ranges: first inclusive, last exclusive), to be shown marked. */
export interface Part {
  text: string;
  matches: boolean;
}

export function inParts(text: string, matches: readonly (readonly number[])[]): Part[] {
  // Ranges count Unicode characters, as the service does; JavaScript counts UTF-16 units.
  const characters = [...text];
  const parts: Part[] = [];
  let at = 0;
  for (const range of matches.toSorted((a, b) => (a[0] ?? 0) - (b[0] ?? 0))) {
    const from = Math.max(at, range[0] ?? 0);
    const to = Math.min(characters.length, range[1] ?? 0);
    if (to <= from) continue;
    if (from > at) parts.push({ text: characters.slice(at, from).join(''), matches: false });
    parts.push({ text: characters.slice(from, to).join(''), matches: true });
    at = to;
  }
  if (at < characters.length) parts.push({ text: characters.slice(at).join(''), matches: false });
  return parts;
}
