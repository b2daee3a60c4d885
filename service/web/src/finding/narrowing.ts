/** A query that keeps to one more term; in parentheses where it says `or`. */
export function narrowed(query: string, term: string): string {
  const outside = query.replace(/"(?:[^"\\]|\\.)*"/g, '');
  return `${/(^|[\s)])or($|[\s(])/i.test(outside) ? `(${query})` : query} and ${term}`;
}
