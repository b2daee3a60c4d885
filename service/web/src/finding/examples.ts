/** Queries to begin with. */
export const EXAMPLES: { query: string; finds: string }[] = [
  { query: 'held my hand', finds: 'utterances in which these words follow one another' },
  { query: 'feel* and speaker:participant', finds: 'words that begin so, said by participants' },
  { query: 'is:coded and minutes:20-30 and wave:2', finds: 'what is coded in these minutes of the second wave' },
  { query: 'marker:pause >= 3 and not is:coded', finds: 'long pauses that nobody coded' },
  { query: 'is:coded near 30s marker:laughter', finds: 'codings with laughter at most half a minute away' },
  { query: 'is:uncoded and speaker:participant', finds: 'what participants say and nobody coded' },
  { query: 'is:changed', finds: 'codings whose words were changed since' },
];
