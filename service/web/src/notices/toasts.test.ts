import { expect, it } from 'vitest';
import { toasts } from './toasts.svelte';

it('says the same once, but keeps every way to undo', () => {
  toasts.say('Undone.');
  toasts.say('The link is copied.');
  toasts.say('Undone.');
  expect(toasts.shown.map(({ text }) => text)).toEqual(['The link is copied.', 'Undone.']);
  const undo = { label: 'Undo', run: () => undefined };
  toasts.say('Taken out of the playlist.', undo);
  toasts.say('Taken out of the playlist.', undo);
  expect(toasts.shown.filter(({ action }) => action)).toHaveLength(2);
});
