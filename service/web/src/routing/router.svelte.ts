/** Addresses of the page: `/`, `/interviews/D03-T2#t=754.2`, `/search?q=...`. */

export type Route =
  | { page: 'home' }
  | { page: 'interview'; reference: string }
  | { page: 'search'; query: string; role: string }
  | { page: 'accounts' }
  | { page: 'unknown' };

export function routeOf(pathname: string, search: string): Route {
  if (pathname === '/') return { page: 'home' };
  if (pathname === '/accounts') return { page: 'accounts' };
  if (pathname === '/search') {
    const asked = new URLSearchParams(search);
    return { page: 'search', query: asked.get('q') ?? '', role: asked.get('speaker') ?? '' };
  }
  const interview = /^\/interviews\/([^/]+)\/?$/.exec(pathname);
  if (interview?.[1]) {
    try {
      return { page: 'interview', reference: decodeURIComponent(interview[1]) };
    } catch {
      return { page: 'unknown' };
    }
  }
  return { page: 'unknown' };
}

class Router {
  route = $state.raw<Route>({ page: 'unknown' });
  /** Fragment of the address, with its `#`; changes without a new route. */
  hash = $state('');

  start(): () => void {
    const read = () => {
      const next = routeOf(location.pathname, location.search);
      if (JSON.stringify(next) !== JSON.stringify(this.route)) this.route = next;
      this.hash = location.hash;
    };
    const click = (event: MouseEvent) => {
      if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      const link = (event.target as Element | null)?.closest?.('a');
      if (!link || link.target || link.hasAttribute('download') || link.origin !== location.origin) return;
      if (link.pathname.startsWith('/api')) return;
      event.preventDefault();
      this.go(link.pathname + link.search + link.hash);
    };
    read();
    window.addEventListener('popstate', read);
    window.addEventListener('hashchange', read);
    document.addEventListener('click', click);
    return () => {
      window.removeEventListener('popstate', read);
      window.removeEventListener('hashchange', read);
      document.removeEventListener('click', click);
    };
  }

  go(address: string, how: 'push' | 'replace' = 'push'): void {
    if (how === 'push') history.pushState(null, '', address);
    else history.replaceState(null, '', address);
    const before = this.route;
    const next = routeOf(location.pathname, location.search);
    if (JSON.stringify(next) !== JSON.stringify(before)) {
      this.route = next;
      if (next.page !== before.page) window.scrollTo(0, 0);
    }
    this.hash = location.hash;
  }
}

export const router = new Router();

/** Address of an interview: by study id when it has one, else by internal id. */
export function interviewAddress(interview: { id: string; name: string | null }, hash = ''): string {
  return `/interviews/${encodeURIComponent(interview.name ?? interview.id)}${hash}`;
}
