/**
 * What could not be saved yet, as this tab keeps it: ids and numbers, no words. It is there again when the page is
 * loaded anew in the same tab, and gone with the tab.
 */
import type { Content } from './content';

type Kept = [id: string, place: [number, number, number, number] | null, code: string | null, weight: number | null];

export interface Drawer {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

export class Unsaved {
  readonly #key: string;
  /** Asked for anew each time: a browser may refuse even that. */
  readonly #drawer: () => Drawer;

  constructor(coder: string, interview: string, drawer: () => Drawer) {
    this.#key = `lytt.unsaved ${coder} ${interview}`;
    this.#drawer = drawer;
  }

  keep(wanted: ReadonlyMap<string, Content | null>): void {
    const kept: Kept[] = [...wanted].map(([id, content]) =>
      content ? [id, [content.place.first_word, content.place.last_word, content.place.start_ms, content.place.end_ms], content.code, content.weight] : [id, null, null, null],
    );
    try {
      if (kept.length) this.#drawer().setItem(this.#key, JSON.stringify(kept));
      else this.#drawer().removeItem(this.#key);
    } catch {
      // Storage can be forbidden or full: what is not saved is then kept by the open page alone.
    }
  }

  /** What was kept; nothing where it can't be read. */
  found(): Map<string, Content | null> {
    const wanted = new Map<string, Content | null>();
    try {
      for (const [id, place, code, weight] of JSON.parse(this.#drawer().getItem(this.#key) ?? '[]') as Kept[]) {
        wanted.set(id, place && { place: { first_word: place[0], last_word: place[1], start_ms: place[2], end_ms: place[3] }, code, weight });
      }
    } catch {
      wanted.clear();
    }
    return wanted;
  }
}
