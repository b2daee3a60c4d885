/** The one place that talks to the API. Types come from the server's own description (`npm run types`). */
import createClient from 'openapi-fetch';
import { session } from '../session/session.svelte';
import { Problem, connectionLoss, problemFrom } from './problem';
import type { paths } from './schema';

const client = createClient<paths>({ baseUrl: location.origin });

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The body of an answer, or a `Problem` in words. A refused session brings the sign-in view. */
async function body<T>(request: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await request;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw connectionLoss();
  }
  if (answer.response.ok) return answer.data as T;
  if (answer.response.status === 401) session.end();
  throw problemFrom(answer.response.status, answer.error);
}

const of = (reference: string) => ({ path: { reference } });

export const api = {
  session: () => body(client.GET('/api/session')),
  signIn: (token: string) => body(client.POST('/api/session', { body: { token } })),
  signOut: () => body(client.DELETE('/api/session')),
  health: () => body(client.GET('/api/health')),

  recordings: () => body(client.GET('/api/recordings')),
  name: (id: string, name: string) =>
    body(
      client.PATCH('/api/recordings/{recording_id}', {
        params: { path: { recording_id: id } },
        body: { name },
      }),
    ),
  retry: (id: string) =>
    body(client.POST('/api/recordings/{recording_id}/retry', { params: { path: { recording_id: id } } })),
  cancel: (id: string) =>
    body(client.POST('/api/recordings/{recording_id}/cancel', { params: { path: { recording_id: id } } })),

  interviews: () => body(client.GET('/api/interviews')),
  interview: (reference: string) =>
    body(client.GET('/api/interviews/{reference}', { params: of(reference) })),
  outline: (reference: string, signal?: AbortSignal) =>
    body(client.GET('/api/interviews/{reference}/outline', { params: of(reference), signal })),
  utterances: (reference: string, after: number, limit: number, signal?: AbortSignal) =>
    body(
      client.GET('/api/interviews/{reference}/utterances', {
        params: { ...of(reference), query: { after, limit } },
        signal,
      }),
    ),
  markers: (reference: string, signal?: AbortSignal) =>
    body(client.GET('/api/interviews/{reference}/markers', { params: of(reference), signal })),
  redactions: (reference: string, signal?: AbortSignal) =>
    body(client.GET('/api/interviews/{reference}/redactions', { params: of(reference), signal })),
  peaks: (reference: string, signal?: AbortSignal) =>
    body(client.GET('/api/interviews/{reference}/peaks', { params: of(reference), signal })),
  setRole: (reference: string, label: string, role: Role) =>
    body(
      client.PATCH('/api/interviews/{reference}/speakers/{label}', {
        params: { path: { reference, label } },
        body: { role },
      }),
    ),
  release: (reference: string) =>
    body(client.POST('/api/interviews/{reference}/release', { params: of(reference) })),
  takeBack: (reference: string) =>
    body(client.DELETE('/api/interviews/{reference}/release', { params: of(reference) })),

  search: (query: { q: string; speaker?: string; interview?: string; limit?: number }, signal?: AbortSignal) =>
    body(client.GET('/api/search', { params: { query }, signal })),
};

type Role = paths['/api/interviews/{reference}/speakers/{label}']['patch']['requestBody']['content']['application/json']['role'];

/** Addresses that the browser opens itself: sound, files. */
export const address = {
  audio: (reference: string) => `/api/interviews/${encodeURIComponent(reference)}/audio`,
  clip: (reference: string, fromMs: number, toMs: number, format: 'opus' | 'wav' | 'flac') =>
    `/api/interviews/${encodeURIComponent(reference)}/clip?from_ms=${fromMs}&to_ms=${toMs}&format=${format}`,
  transcript: (reference: string, format: 'text' | 'vtt' | 'json', anonymised: boolean) =>
    `/api/interviews/${encodeURIComponent(reference)}/transcript?format=${format}&anonymised=${anonymised}`,
  upload: '/api/recordings',
  events: '/api/events',
};

export { Problem };
