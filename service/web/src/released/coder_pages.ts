/** The pages of those who code, as the head of the page lists them. */
import type { Route } from '../routing/router.svelte';
import type { Action } from '../session/session.svelte';

export const CODER_PAGES: { page: Route['page']; address: string; label: string; action: Action }[] = [
  { page: 'released_list', address: '/released', label: 'Interviews', action: 'see_codings' },
  { page: 'codebook', address: '/codebook', label: 'Codebook', action: 'see_codings' },
  { page: 'find', address: '/find', label: 'Find', action: 'see_codings' },
  { page: 'listening_list', address: '/listening', label: 'Listening', action: 'see_codings' },
  { page: 'perspectives', address: '/perspectives', label: 'Perspectives', action: 'see_codings' },
  { page: 'agreement', address: '/agreement', label: 'Agreement', action: 'see_codings' },
  { page: 'memos', address: '/memos', label: 'Memos', action: 'see_codings' },
];
