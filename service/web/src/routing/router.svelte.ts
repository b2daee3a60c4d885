import { queryOf } from '../finding/address';
import { askedOf, type Asked } from '../search/asked';

/** Addresses of the page: `/`, `/recordings`, `/interviews/D03-T2#t=754.2`, `/interviews/D03-T2/review`, `/released/D03-T2`, `/participants/D03-T`, `/search?q=...`. */

export type Route =
  | { page: 'home' }
  | { page: 'recordings' }
  | { page: 'participant'; id: string }
  | { page: 'sheet'; id: string }
  | { page: 'interview'; reference: string }
  | { page: 'review'; reference: string }
  | { page: 'released_list' }
  | { page: 'listening_list' }
  | { page: 'listening'; id: string }
  | { page: 'perspectives' }
  | { page: 'released'; name: string }
  | { page: 'agreement' }
  | { page: 'search'; asked: Asked }
  | { page: 'find'; query: string }
  | { page: 'codebook' }
  | { page: 'memos' }
  | { page: 'accounts' }
  | { page: 'identities' }
  | { page: 'unknown' };

export function routeOf(pathname: string, search: string): Route {
  if (pathname === '/') return { page: 'home' };
  if (pathname === '/recordings') return { page: 'recordings' };
  if (pathname === '/codebook') return { page: 'codebook' };
  if (pathname === '/memos') return { page: 'memos' };
  if (pathname === '/accounts') return { page: 'accounts' };
  if (pathname === '/identities') return { page: 'identities' };
  if (pathname === '/released') return { page: 'released_list' };
  if (pathname === '/agreement') return { page: 'agreement' };
  if (pathname === '/listening') return { page: 'listening_list' };
  const listening = /^\/listening\/([0-9a-f-]{36})\/?$/.exec(pathname);
  if (listening) return { page: 'listening', id: listening[1]! };
  if (pathname === '/perspectives') return { page: 'perspectives' };
  if (pathname === '/find') return { page: 'find', query: queryOf(search) };
  if (pathname === '/search') {
    return { page: 'search', asked: askedOf(search) };
  }
  const inside = /^\/(interviews|participants|released)\/([^/]+)(\/open|\/review)?\/?$/.exec(pathname);
  if (!inside) return { page: 'unknown' };
  let named: string;
  try {
    named = decodeURIComponent(inside[2]!);
  } catch {
    return { page: 'unknown' };
  }
  const part = inside[3];
  if (inside[1] === 'participants') {
    if (part === '/review') return { page: 'unknown' };
    return part ? { page: 'sheet', id: named } : { page: 'participant', id: named };
  }
  if (part === '/open') return { page: 'unknown' };
  if (inside[1] === 'released') return part ? { page: 'unknown' } : { page: 'released', name: named };
  return part ? { page: 'review', reference: named } : { page: 'interview', reference: named };
}

class Router {
  route = $state.raw<Route>({ page: 'unknown' });
  /** Fragment of the address, with its `#`; changes without a new route. */
  hash = $state('');
  /** Query of the address, with its `?`: what a page keeps there without being another one. */
  search = $state('');

  start(): () => void {
    const read = () => {
      const next = routeOf(location.pathname, location.search);
      if (JSON.stringify(next) !== JSON.stringify(this.route)) this.route = next;
      this.hash = location.hash;
      this.search = location.search;
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
    this.search = location.search;
  }
}

export const router = new Router();

/** Address of a participant's page, or of the sheet for their next interview. */
export function participantAddress(id: string, sheet = false): string {
  return `/participants/${encodeURIComponent(id)}${sheet ? '/open' : ''}`;
}

/** Address of a released interview as coders open it. */
export function releasedAddress(name: string, hash = ''): string {
  return `/released/${encodeURIComponent(name)}${hash}`;
}

/** Address of a listening session, the link for a meeting. */
export function listeningAddress(id: string): string {
  return `/listening/${id}`;
}

/** Address of an interview: by study id when it has one, else by internal id. */
export function interviewAddress(interview: { id: string; name: string | null }, hash = ''): string {
  return `/interviews/${encodeURIComponent(interview.name ?? interview.id)}${hash}`;
}

/** Address of an interview's review. */
export function reviewAddress(interview: { id: string; name: string | null }): string {
  return `${interviewAddress(interview)}/review`;
}
