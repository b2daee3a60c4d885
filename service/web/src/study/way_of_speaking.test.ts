import { describe, expect, it } from 'vitest';
import { ofWave, restsOn, usualWay } from './way_of_speaking';

describe('what is usual for a voice', () => {
  it('says on how much speech it rests', () => {
    expect(restsOn({ interviews: 4, speech_ms: 4_920_000, stretches: 1210 })).toBe('4 interviews, 82 minutes, 1,210 stretches of speech');
    expect(restsOn({ interviews: 1, speech_ms: 20_000, stretches: 1 })).toBe('1 interview, less than a minute, 1 stretch of speech');
  });

  it('says what is usual, as far as it is known', () => {
    const usual = [
      { feature: 'pitch_semitones', median: 25.2, spread: 1 },
      { feature: 'letters_a_second', median: 13.6, spread: 1.2 },
    ];
    expect(usualWay({ usual })).toBe('pitch about 118 Hz, tempo about 14 letters a second');
    expect(usualWay({ usual: [] })).toBe('');
  });

  it('names an interview by its waves', () => {
    expect(ofWave({ waves: [2], name: 'D03-C2' })).toBe('wave 2');
    expect(ofWave({ waves: [1, 2], name: 'D03-C1' })).toBe('waves 1–2');
    expect(ofWave({ waves: [], name: 'abc' })).toBe('abc');
  });
});
