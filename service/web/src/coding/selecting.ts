/** Words that are marked with the mouse or a finger become selected words, whole ones. */

/** The ids of the first and last word that a range of the page covers; null where it covers none. */
function wordsIn(range: Range, within: HTMLElement): [number, number] | null {
  const covered = [...within.querySelectorAll<HTMLElement>('[data-w]')].filter((word) => {
    if (!range.intersectsNode(word)) return false;
    // A range that ends before a word's first letter, or begins after its last, only touches it.
    const letters = document.createRange();
    letters.selectNodeContents(word);
    return range.compareBoundaryPoints(Range.END_TO_START, letters) < 0 && range.compareBoundaryPoints(Range.START_TO_END, letters) > 0;
  });
  const [first, last] = [covered[0], covered.at(-1)];
  return first && last ? [Number(first.dataset.w), Number(last.dataset.w)] : null;
}

/**
 * Calls `onpick` with the words that are marked within an element, as they are marked. What the mouse marked is unmarked
 * once it is let go, since the words show it by themselves; a finger keeps its handles. Returns what stops it.
 */
export function watchMarking(element: HTMLElement, onpick: (from: number, to: number) => void): () => void {
  let asked = 0;
  let mouse = false;
  const read = () => {
    asked = 0;
    const selection = document.getSelection();
    if (!selection || selection.isCollapsed || !selection.rangeCount) return;
    const range = selection.getRangeAt(0);
    if (!element.contains(range.commonAncestorContainer) && range.commonAncestorContainer !== element) return;
    const found = wordsIn(range, element);
    if (found) onpick(...found);
  };
  const changed = () => {
    asked ||= requestAnimationFrame(read);
  };
  const down = (event: PointerEvent) => {
    mouse = event.pointerType === 'mouse';
  };
  const up = () => {
    // After the click that follows, which asks whether something is marked.
    if (mouse) setTimeout(() => {
      const selection = document.getSelection();
      if (selection && !selection.isCollapsed && element.contains(selection.anchorNode)) {
        read();
        selection.removeAllRanges();
      }
    });
  };
  document.addEventListener('selectionchange', changed);
  element.addEventListener('pointerdown', down);
  document.addEventListener('pointerup', up);
  return () => {
    cancelAnimationFrame(asked);
    document.removeEventListener('selectionchange', changed);
    element.removeEventListener('pointerdown', down);
    document.removeEventListener('pointerup', up);
  };
}

/** The id of the word under a point of the page; beside the words of a line, its first or its last. */
export function wordUnder(within: HTMLElement, x: number, y: number, edge: 'start' | 'end'): number | null {
  let [best, least] = [null as HTMLElement | null, Number.POSITIVE_INFINITY];
  for (const row of within.querySelectorAll<HTMLElement>('[data-row]')) {
    const box = row.getBoundingClientRect();
    if (box.bottom < y - 40 || box.top > y + 40) continue;
    const text = row.querySelector('.text')?.getBoundingClientRect();
    const beside = !text || x > text.right || x < text.left;
    for (const word of row.querySelectorAll<HTMLElement>('[data-w]')) {
      for (const line of word.getClientRects()) {
        const down = y < line.top ? line.top - y : y > line.bottom ? y - line.bottom : 0;
        // Of a line's words, the one beside which the pointer is; right of the text, that at the line's edge.
        const aside = beside ? (edge === 'start' ? line.left : -line.right) : Math.abs((line.left + line.right) / 2 - x);
        const far = down * 10_000 + aside;
        if (far < least) [best, least] = [word, far];
      }
    }
  }
  return best && Number(best.dataset.w);
}
