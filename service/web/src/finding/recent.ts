/** The last queries, for as long as the tab is open: they may quote what was said, so nothing of them stays. */
const KEY = 'lytt.recent-queries';
const MOST = 12;

export function recentQueries(): string[] {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.filter((one): one is string => typeof one === 'string') : [];
  } catch {
    return [];
  }
}

export function withQuery(recent: readonly string[], query: string): string[] {
  return [query, ...recent.filter((one) => one !== query)].slice(0, MOST);
}

export function keepRecent(queries: readonly string[]): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(queries));
  } catch {
    // Storage can be forbidden; the page works without it.
  }
}
