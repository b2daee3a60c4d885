/** The panel beside the transcript: open or not, and at which tab. It stays so from one interview to the next. */
import { remembered } from '../theme/remembered';

export type Tab = 'markers' | 'guide' | 'voices' | 'redactions' | 'corrections' | 'about';

const WIDE = '(min-width: 1100px)';

class Panel {
  open = $state(false);
  tab = $state<Tab>('markers');
  #begun = false;

  /** As this browser remembers it, on a screen that has room; once opened, it stays until it is closed. */
  begin(): void {
    if (this.#begun) return;
    this.#begun = true;
    this.open = remembered.get('panel') !== 'closed' && matchMedia(WIDE).matches;
  }

  toggle(): void {
    this.open = !this.open;
    remembered.set('panel', this.open ? 'open' : 'closed');
  }

  show(tab: Tab): void {
    this.tab = tab;
    this.open = true;
  }
}

export const panel = new Panel();
