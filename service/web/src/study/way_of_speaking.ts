/** What is usual for a participant's voice, in words. */
import type { ParticipantBaseline, SpokenInterview } from './types';

const ZERO_HZ = 27.5;

/** `4 interviews, 82 minutes, 1,210 stretches of speech`. */
export function restsOn(baseline: Pick<ParticipantBaseline, 'interviews' | 'speech_ms' | 'stretches'>): string {
  const several = (number: number, one: string, more: string) => `${number.toLocaleString('en-GB')} ${number === 1 ? one : more}`;
  const minutes = Math.round(baseline.speech_ms / 60_000);
  return [
    several(baseline.interviews, 'interview', 'interviews'),
    minutes < 1 ? 'less than a minute' : several(minutes, 'minute', 'minutes'),
    several(baseline.stretches, 'stretch of speech', 'stretches of speech'),
  ].join(', ');
}

/** The usual pitch and tempo, as far as they are known: `pitch about 118 Hz, tempo about 14 letters a second`. */
export function usualWay(baseline: Pick<ParticipantBaseline, 'usual'>): string {
  const of = (feature: string) => baseline.usual.find((one) => one.feature === feature)?.median;
  const pitch = of('pitch_semitones');
  const tempo = of('letters_a_second');
  return [
    ...(pitch === undefined ? [] : [`pitch about ${Math.round(ZERO_HZ * 2 ** (pitch / 12))} Hz`]),
    ...(tempo === undefined ? [] : [`tempo about ${tempo.toFixed(0)} letters a second`]),
  ].join(', ');
}

/** `wave 2`, `waves 1–2`, or the interview's name where it has no wave. */
export function ofWave(interview: Pick<SpokenInterview, 'waves' | 'name'>): string {
  const [first, ...further] = interview.waves;
  if (first === undefined) return interview.name;
  return further.length ? `waves ${first}–${further.at(-1)}` : `wave ${first}`;
}
