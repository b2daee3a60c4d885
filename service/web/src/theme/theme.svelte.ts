/** Light or dark: as the system says, until the person chooses. */
import { remembered } from './remembered';

export type Theme = 'system' | 'light' | 'dark';

class ThemeChoice {
  chosen = $state<Theme>('system');
  #systemIsDark = $state(false);
  readonly isDark = $derived(this.chosen === 'system' ? this.#systemIsDark : this.chosen === 'dark');

  start(): void {
    const query = matchMedia('(prefers-color-scheme: dark)');
    this.#systemIsDark = query.matches;
    query.addEventListener('change', (event) => {
      this.#systemIsDark = event.matches;
    });
    const saved = remembered.get('theme');
    if (saved === 'light' || saved === 'dark') this.choose(saved);
  }

  choose(theme: Theme): void {
    this.chosen = theme;
    if (theme === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    remembered.set('theme', theme);
  }

  toggle(): void {
    this.choose(this.isDark ? 'light' : 'dark');
  }
}

export const theme = new ThemeChoice();
