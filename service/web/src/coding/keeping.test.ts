import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Problem, connectionLoss } from '../api/problem';
import { Keeping, WAITS_MS, type Held } from './keeping';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A keeping of numbers whose requests are answered by what the test says. */
function keeping(ask: (id: string, held: Held<number> | null, wanted: number | null) => Promise<Held<number>>) {
  const refused: [string, boolean][] = [];
  const kept = new Keeping<number>({
    same: (a, b) => a === b,
    ask,
    current: (problem) => problem.current as Held<number> | null,
    onchange: () => undefined,
    onrefused: (id, _, overtaken) => refused.push([id, overtaken]),
  });
  return { kept, refused };
}
const settle = () => vi.advanceTimersByTimeAsync(0);

test('what is wanted is seen at once, and sent one after the other, the latest wish only', async () => {
  const asked: [string, number | null, number][] = [];
  let answer: (() => void)[] = [];
  const { kept } = keeping((id, held, wanted) => {
    asked.push([id, wanted, held?.version ?? 0]);
    return new Promise((resolve) => answer.push(() => resolve({ version: (held?.version ?? 0) + 1, content: wanted })));
  });
  kept.want('a', 1);
  kept.want('a', 2);
  kept.want('a', 3);
  expect(kept.now('a')).toBe(3);
  expect(asked).toEqual([['a', 1, 0]]);
  answer.shift()!();
  await settle();
  expect(asked).toEqual([['a', 1, 0], ['a', 3, 1]]);
  answer.shift()!();
  await settle();
  expect([kept.wanted.size, kept.sending, kept.now('a')]).toEqual([0, false, 3]);
});

test('a lost connection keeps what waits, and it is sent again', async () => {
  let there = false;
  const { kept, refused } = keeping((_, held, wanted) => (there ? Promise.resolve({ version: (held?.version ?? 0) + 1, content: wanted }) : Promise.reject(connectionLoss())));
  kept.want('a', 1);
  await settle();
  expect(kept.trouble?.isConnectionLoss).toBe(true);
  kept.want('b', 2);
  there = true;
  await vi.advanceTimersByTimeAsync(WAITS_MS[0]!);
  expect([kept.wanted.size, kept.trouble, kept.held.get('a')?.content, kept.held.get('b')?.content]).toEqual([0, null, 1, 2]);
  expect(refused).toEqual([]);
});

test('where somebody was faster, theirs is there and one is told', async () => {
  const { kept, refused } = keeping(() => Promise.reject(new Problem(409, 'changed', 0, { version: 7, content: 70 })));
  kept.held.set('a', { version: 2, content: 1 });
  kept.want('a', 2);
  await settle();
  expect([kept.now('a'), kept.wanted.size, refused]).toEqual([70, 0, [['a', true]]]);
});

test('an answer that was lost on the way is no conflict', async () => {
  const { kept, refused } = keeping(() => Promise.reject(new Problem(409, 'changed', 0, { version: 3, content: 2 })));
  kept.held.set('a', { version: 2, content: 1 });
  kept.want('a', 2);
  await settle();
  expect([kept.now('a'), kept.wanted.size, kept.held.get('a')?.version, refused]).toEqual([2, 0, 3, []]);
});

test('what is refused is given up, and the others go on', async () => {
  const { kept, refused } = keeping((id, _, wanted) => (id === 'a' ? Promise.reject(new Problem(422, 'no such code')) : Promise.resolve({ version: 1, content: wanted })));
  kept.want('a', 1);
  kept.want('b', 2);
  await settle();
  expect([kept.now('a'), kept.now('b'), refused]).toEqual([null, 2, [['a', false]]]);
});

test('what was sent without an answer, and is no longer wanted, is sent again and then removed', async () => {
  const asked: (number | null)[] = [];
  let there = false;
  const { kept } = keeping((_, held, wanted) => {
    asked.push(wanted);
    return there ? Promise.resolve({ version: (held?.version ?? 0) + 1, content: wanted }) : Promise.reject(connectionLoss());
  });
  kept.want('a', 1);
  await settle();
  kept.want('a', null);
  there = true;
  await vi.advanceTimersByTimeAsync(WAITS_MS[0]!);
  expect([asked, kept.now('a'), kept.wanted.size]).toEqual([[1, 1, null], null, 0]);
});
