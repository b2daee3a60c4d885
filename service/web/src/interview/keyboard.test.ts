import { expect, it } from 'vitest';
import { SHORTCUTS, actOf } from './keyboard';

const press = (key: string, held: Partial<Pick<KeyboardEvent, 'ctrlKey' | 'metaKey' | 'altKey'>> = {}) =>
  actOf({ key, ctrlKey: false, metaKey: false, altKey: false, ...held });

it('keys ask for what the help says', () => {
  expect(press(' ')).toBe('toggle');
  expect(press('ArrowLeft')).toBe('back');
  expect(press('l')).toBe('forward');
  expect(press('L')).toBe('loop');
  expect(press('n')).toBe('nextHit');
  expect(press('N')).toBe('previousHit');
});

it('the shortcuts of the browser stay its own', () => {
  expect(press('f', { ctrlKey: true })).toBeNull();
  expect(press('ArrowLeft', { altKey: true })).toBeNull();
  expect(press('k', { metaKey: true })).toBeNull();
});

it('no key has two acts', () => {
  const keys = SHORTCUTS.flatMap((shortcut) => shortcut.keys);
  expect(new Set(keys).size).toBe(keys.length);
});
