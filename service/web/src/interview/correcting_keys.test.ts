import { describe, expect, it } from 'vitest';
import { editOf } from './correcting_keys';

const press = (key: string, more: Partial<KeyboardEvent> = {}) =>
  editOf({ key, code: '', ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more });

describe('keys while correcting', () => {
  it('choose, change, split and merge', () => {
    expect(press('ArrowRight')).toEqual({ act: 'move', by: 1, extend: false });
    expect(press('ArrowLeft', { shiftKey: true })).toEqual({ act: 'move', by: -1, extend: true });
    expect(['Enter', 'i', 'Delete', 's', 'm', 'p', 'Escape'].map((key) => press(key)?.act)).toEqual([
      'change', 'insert', 'remove', 'split', 'merge', 'hear', 'stop',
    ]);
  });
  it('give to a speaker by digit, whatever sign Shift makes of it', () => {
    expect(press('2', { code: 'Digit2' })).toEqual({ act: 'give', speaker: 2, whole: false });
    expect(press('"', { code: 'Digit2', shiftKey: true })).toEqual({ act: 'give', speaker: 2, whole: true });
  });
  it('undo and do again', () => {
    expect(press('z', { ctrlKey: true })).toEqual({ act: 'undo' });
    expect(press('Z', { metaKey: true, shiftKey: true })).toEqual({ act: 'redo' });
    expect(press('y', { ctrlKey: true })).toEqual({ act: 'redo' });
  });
  it('leave the browser its own', () => {
    expect(press('s', { ctrlKey: true })).toBeNull();
    expect(press('ArrowLeft', { altKey: true })).toBeNull();
    expect(press('x')).toBeNull();
  });
});
