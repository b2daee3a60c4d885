import { describe, expect, it } from 'vitest';
import { Stretches } from './stretches';

describe('what was played', () => {
  it('is one stretch while the sound goes on', () => {
    const played = new Stretches();
    for (const ms of [1000, 1250, 1500, 1750.4]) played.at(ms);
    played.stop();
    expect(played.take()).toEqual([{ from_ms: 1000, to_ms: 1750 }]);
    expect(played.take()).toEqual([]);
  });

  it('is two when it jumps, forwards or back', () => {
    const played = new Stretches();
    for (const ms of [0, 250, 60_000, 60_250, 5_000, 5_250]) played.at(ms);
    played.stop();
    expect(played.take()).toEqual([
      { from_ms: 0, to_ms: 250 },
      { from_ms: 60_000, to_ms: 60_250 },
      { from_ms: 5_000, to_ms: 5_250 },
    ]);
  });

  it('goes on from where it was told last', () => {
    const played = new Stretches();
    for (const ms of [0, 500]) played.at(ms);
    expect(played.take()).toEqual([{ from_ms: 0, to_ms: 500 }]);
    played.at(900);
    played.stop();
    expect(played.take()).toEqual([{ from_ms: 500, to_ms: 900 }]);
  });

  it('is nothing where nothing sounded', () => {
    const played = new Stretches();
    played.at(700);
    played.stop();
    played.stop();
    expect(played.take()).toEqual([]);
  });

  it('is kept when it could not be told', () => {
    const played = new Stretches();
    played.putBack([{ from_ms: 1, to_ms: 2 }]);
    for (const ms of [10, 20]) played.at(ms);
    expect(played.take()).toEqual([
      { from_ms: 1, to_ms: 2 },
      { from_ms: 10, to_ms: 20 },
    ]);
  });
});
