/** The one place that talks to the API. Types come from the server's own description (`npm run types`). */
import createClient from 'openapi-fetch';
import { CSRF_HEADER, session } from '../session/session.svelte';
import { Problem, connectionLoss, problemFrom } from './problem';
import type { components, operations, paths } from './schema';

const client = createClient<paths>({ baseUrl: location.origin });
client.use({
  onRequest({ request }) {
    if (session.csrf) request.headers.set(CSRF_HEADER, session.csrf);
    return request;
  },
});

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
  throw problemFrom(answer.response.status, answer.error, answer.response.headers.get('Retry-After'));
}

const of = (reference: string) => ({ path: { reference } });
const inSession = (session: string) => ({ params: { path: { session } } });

/** What the two perspectives are asked of: a code or a theme, by id. */
export type GatheredBy = { code: string } | { theme: string };

export const api = {
  session: () => body(client.GET('/api/session')),
  signIn: (body_: Schemas['SignIn']) => body(client.POST('/api/session', { body: body_ })),
  signOut: (everywhere = false) => body(client.DELETE('/api/session', { params: { query: { everywhere } } })),
  changePassword: (current: string, fresh: string) =>
    body(client.PUT('/api/session/password', { body: { current, new: fresh } })),
  accounts: () => body(client.GET('/api/accounts')),
  addAccount: (account: Schemas['NewAccount']) => body(client.POST('/api/accounts', { body: account })),
  setRoles: (name: string, roles: Schemas['Account']['roles']) =>
    body(client.PATCH('/api/accounts/{name}', { params: { path: { name } }, body: { roles } })),
  resetPassword: (name: string, password: string) =>
    body(client.PUT('/api/accounts/{name}/password', { params: { path: { name } }, body: { password } })),
  removeAccount: (name: string) => body(client.DELETE('/api/accounts/{name}', { params: { path: { name } } })),
  tokens: () => body(client.GET('/api/tokens')),
  addToken: (token: Schemas['NewToken']) => body(client.POST('/api/tokens', { body: token })),
  revokeToken: (name: string) => body(client.DELETE('/api/tokens/{name}', { params: { path: { name } } })),
  events: (query: { actor?: string; action?: string; subject?: string; since?: string; before?: number; limit?: number }) =>
    body(client.GET('/api/audit', { params: { query } })),
  logIsWhole: () => body(client.GET('/api/audit/whole')),
  find: (query: { q: string; after?: number; limit?: number }, signal?: AbortSignal) =>
    body(client.GET('/api/coding/find', { params: { query }, signal })),
  queryTerms: () => body(client.GET('/api/coding/find/terms')),
  released: () => body(client.GET('/api/coding/interviews')),
  exportFormats: () => body(client.GET('/api/coding/export/formats')),
  /** How large an export will be; makes nothing. */
  exportSize: (query: ExportQuery, signal?: AbortSignal) => body(client.GET('/api/coding/export/size', { params: { query }, signal })),
  releasedInterview: (name: string) => body(client.GET('/api/coding/interviews/{name}', { params: { path: { name } } })),
  releasedSpeakers: (name: string) =>
    body(client.GET('/api/coding/interviews/{name}/speakers', { params: { path: { name } } })),
  releasedSound: (name: string) =>
    body(client.GET('/api/coding/interviews/{name}/sound', { params: { path: { name } } })),
  releasedPeaks: (name: string) =>
    body(client.GET('/api/coding/interviews/{name}/peaks', { params: { path: { name } } })),
  releasedTrack: (name: string, fromMs: number, toMs: number, points: number) =>
    body(client.GET('/api/coding/interviews/{name}/track', { params: { path: { name }, query: { from_ms: fromMs, to_ms: toMs, points } } })),
  releasedOutline: (name: string, signal?: AbortSignal) =>
    body(client.GET('/api/coding/interviews/{name}/outline', { params: { path: { name } }, signal })),
  releasedUtterances: (name: string, after: number, limit: number, signal?: AbortSignal) =>
    body(
      client.GET('/api/coding/interviews/{name}/utterances', {
        params: { path: { name }, query: { after, limit } },
        signal,
      }),
    ),
  releasedMarkers: (name: string, signal?: AbortSignal) =>
    body(client.GET('/api/coding/interviews/{name}/markers', { params: { path: { name } }, signal })),
  releasedMoment: (name: string, fromMs: number, toMs: number) =>
    body(client.GET('/api/coding/interviews/{name}/moment', { params: { path: { name }, query: { from_ms: fromMs, to_ms: toMs } } })),
  codingOfInterview: (name: string, signal?: AbortSignal) =>
    body(client.GET('/api/coding/interviews/{name}/coding', { params: { path: { name } }, signal })),
  setReady: (name: string, ready: boolean) =>
    body(client.PUT('/api/coding/interviews/{name}/coded', { params: { path: { name } }, body: { coded: ready } })),
  addCoding: (name: string, coding: Schemas['NewCoding']) =>
    body(client.POST('/api/coding/interviews/{name}/codings', { params: { path: { name } }, body: coding })),
  changeCoding: (id: string, change: Schemas['ChangedCoding']) =>
    body(client.PATCH('/api/coding/codings/{coding}', { params: { path: { coding: id } }, body: change })),
  removeCoding: (id: string, version: number) =>
    body(client.DELETE('/api/coding/codings/{coding}', { params: { path: { coding: id }, query: { version } } })),
  restoreCoding: (id: string, version: number) =>
    body(client.POST('/api/coding/codings/{coding}/restore', { params: { path: { coding: id } }, body: { version } })),
  acceptWords: (id: string, version: number) =>
    body(client.POST('/api/coding/codings/{coding}/accept', { params: { path: { coding: id } }, body: { version } })),
  standings: (query: StandingsQuery, signal?: AbortSignal) =>
    body(client.GET('/api/coding/agreement/interviews', { params: { query }, signal })),
  agreement: (query: AgreementQuery, signal?: AbortSignal) => body(client.GET('/api/coding/agreement', { params: { query }, signal })),
  disagreements: (query: DisagreementsQuery, signal?: AbortSignal) =>
    body(client.GET('/api/coding/agreement/disagreements', { params: { query }, signal })),
  decideConsensus: (decision: string, wanted: Schemas['NewDecision']) =>
    body(client.PUT('/api/coding/agreement/decisions/{decision}', { params: { path: { decision } }, body: wanted })),
  undoConsensus: (decision: string, version: number) =>
    body(client.POST('/api/coding/agreement/decisions/{decision}/undo', { params: { path: { decision } }, body: { version } })),
  codingProgress: () => body(client.GET('/api/coding/progress')),
  releasedAround: (name: string, fromMs: number, toMs: number, signal?: AbortSignal) =>
    body(client.GET('/api/coding/interviews/{name}/utterances', { params: { path: { name }, query: { from_ms: fromMs, to_ms: toMs, limit: 2000 } }, signal })),
  listeningSessions: () => body(client.GET('/api/coding/listening')),
  makeListeningSession: (made: Schemas['NewListeningSession']) => body(client.POST('/api/coding/listening', { body: made })),
  listeningSession: (session: string) => body(client.GET('/api/coding/listening/{session}', inSession(session))),
  listeningNow: (session: string) => body(client.GET('/api/coding/listening/{session}/now', inSession(session))),
  changeListeningSession: (session: string, changed: Schemas['ChangedListeningSession']) =>
    body(client.PATCH('/api/coding/listening/{session}', { ...inSession(session), body: changed })),
  moveListeningSession: (session: string, moment: string) =>
    body(client.PUT('/api/coding/listening/{session}/position', { ...inSession(session), body: { moment } })),
  listeningMoments: (session: string) => body(client.GET('/api/coding/listening/{session}/moments', inSession(session))),
  addListeningMoments: (session: string, added: Schemas['PlaylistAdditions']) =>
    body(client.POST('/api/coding/listening/{session}/moments', { ...inSession(session), body: added })),
  removeListeningMoment: (session: string, moment: string) =>
    body(client.DELETE('/api/coding/listening/{session}/moments/{moment}', { params: { path: { session, moment } } })),
  restoreListeningMoment: (session: string, moment: string) =>
    body(client.POST('/api/coding/listening/{session}/moments/{moment}/restore', { params: { path: { session, moment } } })),
  placeListeningMoment: (session: string, moment: string, after: string | null) =>
    body(client.POST('/api/coding/listening/{session}/moments/{moment}/move', { params: { path: { session, moment } }, body: { after } })),
  addListeningNote: (session: string, note: Schemas['NewListeningNote']) =>
    body(client.POST('/api/coding/listening/{session}/notes', { ...inSession(session), body: note })),
  changeListeningNote: (session: string, note: string, version: number, text: string) =>
    body(client.PATCH('/api/coding/listening/{session}/notes/{note}', { params: { path: { session, note } }, body: { version, text } })),
  removeListeningNote: (session: string, note: string, version: number) =>
    body(client.DELETE('/api/coding/listening/{session}/notes/{note}', { params: { path: { session, note }, query: { version } } })),
  perspectives: (asked: GatheredBy) => body(client.GET('/api/coding/perspectives', { params: { query: asked } })),
  perspectiveMoments: (asked: GatheredBy, group: string) =>
    body(client.GET('/api/coding/perspectives/moments', { params: { query: { ...asked, group } } })),
  quotesOf: (asked: GatheredBy) => body(client.GET('/api/coding/perspectives/quotes', { params: { query: asked } })),
  pickQuote: (picked: Schemas['NewQuote']) => body(client.POST('/api/coding/perspectives/quotes', { body: picked })),
  removeQuote: (quote: string) => body(client.DELETE('/api/coding/perspectives/quotes/{quote}', { params: { path: { quote } } })),
  restoreQuote: (quote: string) => body(client.POST('/api/coding/perspectives/quotes/{quote}/restore', { params: { path: { quote } } })),
  confirmQuote: (quote: string, key: string, digest: string) =>
    body(client.POST('/api/coding/perspectives/quotes/{quote}/confirmations', { params: { path: { quote } }, body: { key, words_digest: digest } })),
  takeBackConfirmation: (quote: string, key: string) =>
    body(client.DELETE('/api/coding/perspectives/quotes/{quote}/confirmations', { params: { path: { quote }, query: { key } } })),
  citation: (quote: string) => body(client.GET('/api/coding/perspectives/quotes/{quote}/citation', { params: { path: { quote } } })),
  releasedAffectWords: (name: string) =>
    body(client.GET('/api/coding/interviews/{name}/affect-words', { params: { path: { name } } })),
  releasedNotation: (name: string, notation: Schemas['Notation'] | null, verbatim: boolean, signal?: AbortSignal) =>
    body(
      client.GET('/api/coding/interviews/{name}/notation', {
        params: { path: { name }, query: { verbatim, ...(notation && { notation }) } },
        signal,
      }),
    ),
  codebook: (version?: number) => body(client.GET('/api/coding/codebook', { params: { query: version ? { version } : {} } })),
  codebookCounts: () => body(client.GET('/api/coding/codebook/counts')),
  codebookChanges: (after: number, limit = 500) =>
    body(client.GET('/api/coding/codebook/changes', { params: { query: { after, limit } } })),
  undoCodebookChange: (number: number) =>
    body(client.POST('/api/coding/codebook/changes/{number}/undo', { params: { path: { number } } })),
  addCode: (code: { id: string; name: string } & Partial<Schemas['NewCode']>) =>
    body(client.POST('/api/coding/codes', { body: { definition: '', colour: '', example: '', ...code } })),
  addCodes: (codes: Schemas['ListedCode'][]) => body(client.POST('/api/coding/codes/list', { body: { codes } })),
  /** Adds the codes of a REFI-QDA codebook that are not there; says which were added. */
  importCodebook: (qdc: string) => body(client.POST('/api/coding/codes/qdc', { body: { qdc } })),
  changeCode: (code: string, change: Schemas['ChangedCode']) =>
    body(client.PATCH('/api/coding/codes/{code}', { params: { path: { code } }, body: change })),
  moveCode: (code: string, move: Schemas['MovedCode']) =>
    body(client.POST('/api/coding/codes/{code}/move', { params: { path: { code } }, body: move })),
  mergeCode: (code: string, merge: Schemas['MergedCode']) =>
    body(client.POST('/api/coding/codes/{code}/merge', { params: { path: { code } }, body: merge })),
  splitCode: (code: string, split: Schemas['SplitCode']) =>
    body(client.POST('/api/coding/codes/{code}/split', { params: { path: { code } }, body: split })),
  removeCode: (code: string, version: number) =>
    body(client.DELETE('/api/coding/codes/{code}', { params: { path: { code }, query: { version } } })),
  codingsOfCode: (code: string, offset = 0, limit = 500) =>
    body(client.GET('/api/coding/codes/{code}/codings', { params: { path: { code }, query: { offset, limit } } })),
  putTheme: (theme: string, wanted: Schemas['WantedTheme']) =>
    body(client.PUT('/api/coding/themes/{theme}', { params: { path: { theme } }, body: wanted })),
  removeTheme: (theme: string, version: number) =>
    body(client.DELETE('/api/coding/themes/{theme}', { params: { path: { theme }, query: { version } } })),
  memos: (about: Schemas['About'], subject: string) =>
    body(client.GET('/api/coding/memos', { params: { query: { about, subject } } })),
  allMemos: (query: { q?: string; about?: Schemas['About']; writer?: string; limit?: number }) =>
    body(client.GET('/api/coding/memos/all', { params: { query } })),
  memoHistory: (memo: string) => body(client.GET('/api/coding/memos/{memo}/history', { params: { path: { memo } } })),
  addMemo: (memo: Schemas['NewMemo']) => body(client.POST('/api/coding/memos', { body: memo })),
  changeMemo: (memo: string, change: Schemas['ChangedMemo']) =>
    body(client.PATCH('/api/coding/memos/{memo}', { params: { path: { memo } }, body: change })),
  removeMemo: (memo: string, version: number) =>
    body(client.DELETE('/api/coding/memos/{memo}', { params: { path: { memo }, query: { version } } })),
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

  study: () => body(client.GET('/api/study')),
  board: () => body(client.GET('/api/board')),
  place: (reference: string) => body(client.GET('/api/interviews/{reference}/place', { params: of(reference) })),
  /** `also`: covers this expected interview beside the others; `part`: becomes another file of the interview there. */
  putPlace: (reference: string, place: { name: string; also?: boolean; part?: boolean }) =>
    body(client.PUT('/api/interviews/{reference}/place', { params: of(reference), body: { also: false, part: false, ...place } })),
  takeOut: (reference: string) => body(client.DELETE('/api/interviews/{reference}/place', { params: of(reference) })),
  /** Makes a file an interview of its own again; says where that one stands. */
  splitOff: (reference: string, recording: string) =>
    body(
      client.DELETE('/api/interviews/{reference}/files/{recording_id}', {
        params: { path: { reference, recording_id: recording } },
      }),
    ),
  orderFiles: (reference: string, recordings: string[]) =>
    body(client.PUT('/api/interviews/{reference}/files', { params: of(reference), body: { recordings } })),
  setFacts: (reference: string, facts: { held_on?: string | null; interviewer?: string | null }) =>
    body(client.PATCH('/api/interviews/{reference}/facts', { params: of(reference), body: facts })),
  participant: (id: string) => body(client.GET('/api/participants/{participant}', { params: { path: { participant: id } } })),
  baseline: (id: string) => body(client.GET('/api/participants/{participant}/baseline', { params: { path: { participant: id } } })),
  leftOpen: (id: string) => body(client.GET('/api/participants/{participant}/open', { params: { path: { participant: id } } })),

  voices: (reference: string) => body(client.GET('/api/interviews/{reference}/voices', { params: of(reference) })),
  confirmVoice: (reference: string, label: string, person: string | null) =>
    body(client.PUT('/api/interviews/{reference}/voices/{label}', { params: { path: { reference, label } }, body: { person } })),

  guide: (reference: string) => body(client.GET('/api/interviews/{reference}/guide', { params: of(reference) })),
  searchGuide: (reference: string) => body(client.POST('/api/interviews/{reference}/guide/search', { params: of(reference) })),
  addAsked: (reference: string, question: string, utterance: number) =>
    body(client.POST('/api/interviews/{reference}/guide/places', { params: of(reference), body: { question, utterance } })),
  judgeAsked: (reference: string, number: number, state: Schemas['JudgedPlace']['state']) =>
    body(
      client.PATCH('/api/interviews/{reference}/guide/places/{number}', { params: { path: { reference, number } }, body: { state } }),
    ),
  removeAsked: (reference: string, number: number) =>
    body(client.DELETE('/api/interviews/{reference}/guide/places/{number}', { params: { path: { reference, number } } })),

  interviews: (part: { group?: string; role?: string; wave?: number } = {}, signal?: AbortSignal) =>
    body(client.GET('/api/interviews', { params: { query: part }, signal })),
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
  /** Utterances that are spoken between two times. */
  utterancesBetween: (reference: string, from_ms: number, to_ms: number, signal?: AbortSignal) =>
    body(
      client.GET('/api/interviews/{reference}/utterances', {
        params: { ...of(reference), query: { from_ms, to_ms, limit: 200 } },
        signal,
      }),
    ),
  review: (reference: string) => body(client.GET('/api/interviews/{reference}/review', { params: of(reference) })),
  decide: (reference: string, decision: Schemas['Decide']) =>
    body(client.POST('/api/interviews/{reference}/review/decisions', { params: of(reference), body: decision })),
  changeRedaction: (reference: string, change: Schemas['ChangeRedaction']) =>
    body(client.POST('/api/interviews/{reference}/review/changes', { params: of(reference), body: change })),
  addRedaction: (reference: string, added: Schemas['AddRedaction']) =>
    body(client.POST('/api/interviews/{reference}/review/additions', { params: of(reference), body: added })),
  clearWords: (reference: string, cleared: Schemas['ClearWords']) =>
    body(client.POST('/api/interviews/{reference}/review/cleared', { params: of(reference), body: cleared })),
  undoDecision: (reference: string) => body(client.POST('/api/interviews/{reference}/review/undo', { params: of(reference) })),
  redoDecision: (reference: string) => body(client.POST('/api/interviews/{reference}/review/redo', { params: of(reference) })),
  finishReview: (reference: string) => body(client.PUT('/api/interviews/{reference}/review/finished', { params: of(reference) })),
  reopenReview: (reference: string) => body(client.DELETE('/api/interviews/{reference}/review/finished', { params: of(reference) })),
  markers: (reference: string, signal?: AbortSignal) =>
    body(client.GET('/api/interviews/{reference}/markers', { params: of(reference), signal })),
  affectWords: (reference: string) =>
    body(client.GET('/api/interviews/{reference}/affect-words', { params: of(reference) })),
  notation: (reference: string, notation: Schemas['Notation'] | null, anonymised: boolean, verbatim: boolean, signal?: AbortSignal) =>
    body(
      client.GET('/api/interviews/{reference}/notation', {
        params: { ...of(reference), query: { anonymised, verbatim, ...(notation && { notation }) } },
        signal,
      }),
    ),
  redactions: (reference: string, signal?: AbortSignal) =>
    body(client.GET('/api/interviews/{reference}/redactions', { params: of(reference), signal })),
  peaks: (reference: string, signal?: AbortSignal) =>
    body(client.GET('/api/interviews/{reference}/peaks', { params: of(reference), signal })),
  redactedSound: (reference: string) =>
    body(client.GET('/api/interviews/{reference}/sound', { params: of(reference) })),
  makeRedactedSound: (reference: string) =>
    body(client.POST('/api/interviews/{reference}/sound', { params: of(reference) })),
  track: (reference: string, fromMs: number, toMs: number, points: number) =>
    body(client.GET('/api/interviews/{reference}/track', { params: { ...of(reference), query: { from_ms: fromMs, to_ms: toMs, points } } })),
  redactedPeaks: (reference: string) =>
    body(client.GET('/api/interviews/{reference}/sound/peaks', { params: of(reference) })),
  judgeSoundPlace: (reference: string, number: number, state: Schemas['PlaceState']) =>
    body(
      client.PUT('/api/interviews/{reference}/sound/places/{number}', {
        params: { path: { reference, number } },
        body: { state },
      }),
    ),
  silence: (reference: string, fromMs: number, toMs: number) =>
    body(
      client.POST('/api/interviews/{reference}/sound/silenced', {
        params: of(reference),
        body: { from_ms: fromMs, to_ms: toMs },
      }),
    ),
  letSound: (reference: string, number: number) =>
    body(
      client.DELETE('/api/interviews/{reference}/sound/silenced/{number}', {
        params: { path: { reference, number } },
      }),
    ),
  describe: (reference: string, label: string, description: Description) =>
    body(
      client.PATCH('/api/interviews/{reference}/speakers/{label}', {
        params: { path: { reference, label } },
        body: description,
      }),
    ),
  judgedMarkers: (reference: string) =>
    body(client.GET('/api/interviews/{reference}/judgements', { params: of(reference) })),
  judgeMarker: (reference: string, marker: Schemas['JudgeMarker']) =>
    body(client.PUT('/api/interviews/{reference}/judgements', { params: of(reference), body: marker })),
  addMarker: (reference: string, marker: Schemas['AddMarker']) =>
    body(client.POST('/api/interviews/{reference}/judgements', { params: of(reference), body: marker })),
  takeJudgementBack: (reference: string, number: number) =>
    body(client.DELETE('/api/interviews/{reference}/judgements/{number}', { params: { path: { reference, number } } })),
  undoJudgement: (reference: string) =>
    body(client.POST('/api/interviews/{reference}/judgements/undo', { params: of(reference) })),
  redoJudgement: (reference: string) =>
    body(client.POST('/api/interviews/{reference}/judgements/redo', { params: of(reference) })),
  corrections: (reference: string) =>
    body(client.GET('/api/interviews/{reference}/corrections', { params: of(reference) })),
  correctWords: (reference: string, change: Schemas['ChangeWords']) =>
    body(client.POST('/api/interviews/{reference}/corrections/words', { params: of(reference), body: change })),
  insertWords: (reference: string, change: Schemas['InsertWords']) =>
    body(client.POST('/api/interviews/{reference}/corrections/insert', { params: of(reference), body: change })),
  split: (reference: string, change: Schemas['Split']) =>
    body(client.POST('/api/interviews/{reference}/corrections/split', { params: of(reference), body: change })),
  merge: (reference: string, change: Schemas['Merge']) =>
    body(client.POST('/api/interviews/{reference}/corrections/merge', { params: of(reference), body: change })),
  giveTo: (reference: string, change: Schemas['GiveTo']) =>
    body(client.POST('/api/interviews/{reference}/corrections/speaker', { params: of(reference), body: change })),
  undo: (reference: string, revision: number) =>
    body(client.POST('/api/interviews/{reference}/corrections/undo', { params: of(reference), body: { revision } })),
  redo: (reference: string, revision: number) =>
    body(client.POST('/api/interviews/{reference}/corrections/redo', { params: of(reference), body: { revision } })),
  doubtful: (reference: string, kind: 'words' | 'speaker') =>
    body(
      client.GET('/api/interviews/{reference}/doubtful', { params: { ...of(reference), query: { kind, limit: 20_000 } } }),
    ),
  identities: () => body(client.GET('/api/identities')),
  identity: (number: number) => body(client.GET('/api/identities/{number}', { params: { path: { number } } })),
  describeIdentity: (number: number, description: Schemas['DescribeIdentity']) =>
    body(client.PATCH('/api/identities/{number}', { params: { path: { number } }, body: description })),
  mergeIdentities: (into: number, others: number[]) => body(client.POST('/api/identities/merge', { body: { into, others } })),
  splitIdentity: (number: number, forms: Schemas['ChosenForm'][]) =>
    body(client.POST('/api/identities/{number}/split', { params: { path: { number } }, body: { forms } })),
  moveMention: (interview: string, mention: number, to: number | null) =>
    body(client.POST('/api/identities/move', { body: { interview, mention, to } })),
  setStyle: (style: Schemas['PseudonymStyle']) => body(client.PUT('/api/identities/style', { body: style })),
  undoIdentityChange: (number: number) =>
    body(client.POST('/api/identities/changes/{number}/undo', { params: { path: { number } } })),
  addToList: (entries: Schemas['ListEntry'][]) => body(client.POST('/api/identities/list', { body: { entries } })),
  takeOffList: (entries: Schemas['ListEntry'][]) => body(client.POST('/api/identities/list/remove', { body: { entries } })),
  searchNames: (reference: string) =>
    body(client.POST('/api/interviews/{reference}/names', { params: of(reference) })),
  quote: (reference: string, startMs: number, endMs: number) =>
    body(client.POST('/api/interviews/{reference}/pronouns', { params: of(reference), body: { from_ms: startMs, to_ms: endMs } })),
  release: (reference: string) =>
    body(client.POST('/api/interviews/{reference}/release', { params: of(reference) })),
  takeBack: (reference: string) =>
    body(client.DELETE('/api/interviews/{reference}/release', { params: of(reference) })),

  withdrawals: () => body(client.GET('/api/withdrawals')),
  /** What would go; changes nothing. */
  planWithdrawal: (target: Schemas['WithdrawalTarget'], signal?: AbortSignal) =>
    body(client.POST('/api/withdrawals/plan', { body: target, signal })),
  beginWithdrawal: (withdrawal: Schemas['NewWithdrawal']) => body(client.POST('/api/withdrawals', { body: withdrawal })),
  withdrawal: (number: number) => body(client.GET('/api/withdrawals/{number}', { params: { path: { number } } })),
  deleteWithdrawnFiles: (number: number) =>
    body(client.DELETE('/api/withdrawals/{number}/files', { params: { path: { number } } })),
  withdrawalReceipt: (number: number) => body(client.GET('/api/withdrawals/{number}/receipt', { params: { path: { number } } })),

  search: (
    query: { q: string; speaker?: string; interview?: string; group?: string; role?: string; wave?: number; limit?: number },
    signal?: AbortSignal,
  ) =>
    body(client.GET('/api/search', { params: { query }, signal })),
};

type Schemas = components['schemas'];
type ExportQuery = paths['/api/coding/export/size']['get']['parameters']['query'];
type StandingsQuery = NonNullable<operations['list_standings']['parameters']['query']>;
type AgreementQuery = operations['get_agreement']['parameters']['query'];
type DisagreementsQuery = operations['list_disagreements']['parameters']['query'];
type Description = Schemas['Description'];

/** Addresses that the browser opens itself: sound, files. */
export const address = {
  audio: (reference: string) => `/api/interviews/${encodeURIComponent(reference)}/audio`,
  redactedAudio: (reference: string) => `/api/interviews/${encodeURIComponent(reference)}/sound/audio`,
  listeningSummary: (session: string, format: 'markdown' | 'html') => `/api/coding/listening/${session}/summary?format=${format}`,
  quotesFile: (asked: GatheredBy) => `/api/coding/perspectives/quotes.md?${new URLSearchParams(asked)}`,
  releasedAudio: (name: string) => `/api/coding/interviews/${encodeURIComponent(name)}/audio`,
  releasedClip: (name: string, fromMs: number, toMs: number, format: 'opus' | 'wav' | 'flac') =>
    `/api/coding/interviews/${encodeURIComponent(name)}/clip?from_ms=${fromMs}&to_ms=${toMs}&format=${format}`,
  clip: (reference: string, fromMs: number, toMs: number, format: 'opus' | 'wav' | 'flac') =>
    `/api/interviews/${encodeURIComponent(reference)}/clip?from_ms=${fromMs}&to_ms=${toMs}&format=${format}`,
  figure: (reference: string, fromMs: number, toMs: number, anonymised: boolean) =>
    `/api/interviews/${encodeURIComponent(reference)}/plot.svg?from_ms=${fromMs}&to_ms=${toMs}&anonymised=${anonymised}`,
  releasedFigure: (name: string, fromMs: number, toMs: number) =>
    `/api/coding/interviews/${encodeURIComponent(name)}/plot.svg?from_ms=${fromMs}&to_ms=${toMs}`,
  transcript: (reference: string, format: 'text' | 'vtt' | 'json', anonymised: boolean, verbatim: boolean, notation: Schemas['Notation']) =>
    `/api/interviews/${encodeURIComponent(reference)}/transcript?format=${format}&anonymised=${anonymised}&verbatim=${verbatim}&notation=${notation}`,
  foundTable: (query: string) => `/api/coding/find.csv?q=${encodeURIComponent(query)}`,
  released: (name: string) => `/api/coding/interviews/${encodeURIComponent(name)}/transcript`,
  oidc: '/api/session/oidc',
  upload: '/api/recordings',
  events: '/api/events',
};

export { Problem };
