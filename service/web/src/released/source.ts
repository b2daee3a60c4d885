/** A released interview as the interview page's parts take it. Only routes of the coding side are asked. */
import { api } from '../api/client';
import type { Source } from '../interview/transcript.svelte';

export const RELEASED: Source = {
  outline: (name, signal) => api.releasedOutline(name, signal),
  utterances: (name, after, limit, signal) => api.releasedUtterances(name, after, limit, signal),
  markers: (name, signal) => api.releasedMarkers(name, signal),
  // Its words are what stands for others already.
  redactions: () => Promise.resolve({ redactions: [] }),
};
