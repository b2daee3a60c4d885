/** A query in the address of the page. */

export const queryOf = (search: string): string => new URLSearchParams(search).get('q')?.trim() ?? '';

export const findAddress = (query: string): string => (query ? `/find?q=${encodeURIComponent(query)}` : '/find');
