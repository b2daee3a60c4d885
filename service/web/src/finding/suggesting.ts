/** Queries for what somebody may have meant with plain words that found nothing. */

const COMPARED = /(?<![\p{L}\p{N}:])([\p{L}_/]*)\s*(<=|>=|<|>|=)\s*(\d+(?:\.\d+)?)/u;

/** The query to try in the place of `query`, null where none is likely. `markers` are the kinds that are known. */
export function suggested(query: string, markers: readonly string[]): string | null {
  const plain = query.replace(/"(?:[^"\\]|\\.)*"/g, ' ');
  if (/^\s*(?:not\s+named(?:\s+yet)?|unnamed)\s*$/i.test(plain)) return 'is:unnamed';
  const [, word = '', sign = '', number = ''] = (/\b(?:marker:|weight)/i.test(plain) ? null : COMPARED.exec(plain)) ?? [];
  if (!sign) return null;
  const sought = word.toLowerCase().replace(/s$/, '');
  const kind = markers.find((one) => sought && one.toLowerCase().startsWith(sought)) ?? 'pause';
  return `marker:${kind} ${sign} ${number}`;
}
