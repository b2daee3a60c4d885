/** An error in words for the person at the page: what happened, and what to do next. */
export class Problem extends Error {
  /** HTTP status, or 0 when no answer came. */
  readonly status: number;
  /** Seconds to wait before trying again, when the server said so. */
  readonly waitS: number;
  /** What is there now, where somebody else changed it meanwhile (409). */
  readonly current: unknown;
  /** Where a query can't be read (422). */
  readonly query: unknown;

  constructor(status: number, detail: string, waitS = 0, current: unknown = null, query: unknown = null) {
    super(detail);
    this.name = 'Problem';
    this.status = status;
    this.waitS = waitS;
    this.current = current;
    this.query = query;
  }

  get isConnectionLoss(): boolean {
    return this.status === 0;
  }
}

const WITHOUT_DETAIL: Record<number, string> = {
  401: 'Sign in first.',
  403: 'This is not allowed from here.',
  404: 'There is no such thing any more. Go back to the list of recordings.',
  413: 'The file is larger than this server accepts. Copy it into the watched folder instead.',
  507: 'The disk of the server is full. Make room, then try again.',
};

/** Reads RFC 9457 problem details; falls back to plain words for the status. */
export function problemFrom(status: number, body: unknown, retryAfter: string | null = null): Problem {
  const detail =
    typeof body === 'object' && body !== null && 'detail' in body && typeof body.detail === 'string'
      ? body.detail
      : '';
  const current = typeof body === 'object' && body !== null && 'current' in body ? body.current : null;
  const query = typeof body === 'object' && body !== null && 'query' in body ? body.query : null;
  if (detail) return new Problem(status, detail, Number(retryAfter) || 0, current, query);
  return new Problem(
    status,
    WITHOUT_DETAIL[status] ??
      (status >= 500
        ? 'Something went wrong inside Lytt. Try again; if it stays, the log of the server says why.'
        : `The server refused the request (${status}).`),
  );
}

export function connectionLoss(): Problem {
  return new Problem(0, 'Lytt does not answer. Check that it is still running, then try again.');
}

/** The words of any error that was caught. */
export function inWords(error: unknown): string {
  if (error instanceof Problem) return error.message;
  return 'Something went wrong in the page. Reload it; if it happens again, please report it.';
}
