/** Where overlapping codings stand beside one another: one's own first, then each other coder's. */

export interface InRows {
  id: string;
  coder: string;
  madeAt: string;
  fromRow: number;
  toRow: number;
}

export interface Lanes {
  of: ReadonlyMap<string, number>;
  count: number;
}

/**
 * A lane for each coding, so that no two of a lane share a row. Each coder has lanes of their own, in which the earlier
 * made comes first: what is added takes a free lane and moves none of that coder's that are there.
 */
export function lanesOf(codings: readonly InRows[], me: string): Lanes {
  const coders = [...new Set(codings.map(({ coder }) => coder))].sort((a, b) => Number(b === me) - Number(a === me) || a.localeCompare(b));
  const of = new Map<string, number>();
  let count = 0;
  for (const coder of coders) {
    const taken: [number, number][][] = [];
    const theirs = codings.filter((one) => one.coder === coder);
    theirs.sort((a, b) => a.madeAt.localeCompare(b.madeAt) || a.id.localeCompare(b.id));
    for (const one of theirs) {
      let lane = taken.findIndex((spans) => spans.every(([from, to]) => to < one.fromRow || from > one.toRow));
      if (lane < 0) lane = taken.push([]) - 1;
      taken[lane]!.push([one.fromRow, one.toRow]);
      of.set(one.id, count + lane);
    }
    count += taken.length;
  }
  return { of, count };
}
