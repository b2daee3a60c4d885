/** What memos are about, in words, and where that is in the page. */
import type { About, ListedMemo, ReleasedInterview } from '../api/types';
import { releasedAddress } from '../routing/router.svelte';
import { momentHash } from '../time/moment_link';

export const ABOUTS: readonly { about: About; one: string }[] = [
  { about: 'study', one: 'the study' },
  { about: 'code', one: 'a code' },
  { about: 'theme', one: 'a theme' },
  { about: 'interview', one: 'an interview' },
  { about: 'coding', one: 'a coding' },
  { about: 'participant', one: 'a participant' },
  { about: 'group', one: 'a group' },
];

/** What a memo of the list is about, and the address of that, null where the page has none. */
export function subjectOf({ memo, named, interview, start_ms, end_ms }: ListedMemo): { words: string; address: string | null } {
  switch (memo.about) {
    case 'study':
      return { words: 'the study', address: null };
    case 'code':
      return { words: `code ${named}`, address: `/codebook?code=${memo.subject}` };
    case 'theme':
      return { words: `theme ${named}`, address: `/codebook?theme=${memo.subject}` };
    case 'interview':
      return interview ? { words: interview, address: releasedAddress(interview) } : { words: 'an interview that was withdrawn', address: null };
    case 'coding':
      return interview
        ? { words: `a coding in ${interview}`, address: releasedAddress(interview, start_ms === null ? '' : momentHash(start_ms, end_ms)) }
        : { words: 'a coding in an interview that was withdrawn', address: null };
    case 'participant':
      return { words: `participant ${named}`, address: null };
    case 'group':
      return { words: `group ${named}`, address: null };
  }
}

/** The groups and participants of whom something is released. */
export function peopleOf(interviews: readonly Pick<ReleasedInterview, 'group' | 'role'>[]): { groups: string[]; participants: string[] } {
  const sorted = (all: string[]) => [...new Set(all)].sort((a, b) => a.localeCompare(b, undefined, { numeric: true }));
  return {
    groups: sorted(interviews.map(({ group }) => group)),
    participants: sorted(interviews.map(({ group, role }) => `${group}-${role}`)),
  };
}
