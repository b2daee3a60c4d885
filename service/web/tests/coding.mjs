/** A coder's work in the page of a released interview, by keys, with the mouse, and without a connection. */
import assert from 'node:assert/strict';
import { troubles, until } from './browser.mjs';

const stripes = (page) => page.evaluate(() => new Set([...document.querySelectorAll('[data-coding]')].map((one) => one.dataset.coding)).size);
const kept = (page) => page.locator('[data-testid=coding-tools] [data-saving=saved]').waitFor();
const held = (page, name) =>
  page.evaluate(async (interview) => {
    const { codings, codebook, memos } = await (await fetch(`/api/coding/interviews/${interview}/coding`)).json();
    return { codings, codes: Object.fromEntries(codebook.codes.map((code) => [code.name, code.id])), memos };
  }, name);

/** Marks one word with the mouse, so that it is selected. */
async function mark(page, number) {
  const word = page.locator('[data-w]').nth(number);
  await word.scrollIntoViewIfNeeded();
  const box = await word.boundingBox();
  await page.mouse.move(box.x + 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width - 1, box.y + box.height / 2, { steps: 4 });
  await page.mouse.up();
  await until(page, 'the marked word is selected, and nothing is marked any more', async () => (await page.locator('.selected').count()) === 1 && (await page.evaluate(() => getSelection().isCollapsed)));
}

async function drag(page, handle, x, y) {
  const box = await handle.boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(x, y, { steps: 6 });
  await page.mouse.up();
}

/** Codes, and gives what should be there when the page is loaded again. */
export async function code(page, name, step) {
  const said = page.getByTestId('said');
  await page.getByTestId('coding-tools').waitFor();
  await mark(page, 0);
  for (let more = 0; more < 3; more += 1) await page.keyboard.press('Shift+ArrowRight');
  await until(page, 'four words are selected', async () => (await page.locator('.selected').count()) === 4);
  const four = await page.locator('.selected').evaluateAll((words) => [words[0], words.at(-1)].map((word) => Number(word.dataset.w)));
  await page.keyboard.press('Enter');
  await page.getByRole('combobox', { name: 'Code the words with…' }).waitFor();
  await page.keyboard.type('being heard');
  await page.keyboard.press('Enter');
  await said.getByText('Coded 4 words with being heard').waitFor();
  await kept(page);
  const [first, ...more] = (await held(page, name)).codings;
  assert.deepEqual([more, [first.anchor.first_word, first.anchor.last_word]], [[], four]);
  step('words were selected and coded by keyboard, with a code that was not there');

  await page.keyboard.press('Escape');
  await mark(page, 6);
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('1');
  await said.getByText('Coded 2 words with being heard').waitFor();
  await page.keyboard.press('Escape');
  await mark(page, 2);
  await page.keyboard.press('s');
  await said.getByText('not named yet').waitFor();
  assert.equal(await stripes(page), 3);
  await page.keyboard.press('Control+z');
  await until(page, 'the latest is undone', async () => (await stripes(page)) === 2);
  await page.keyboard.press('Control+Shift+Z');
  await until(page, 'it is done again', async () => (await stripes(page)) === 3);
  await page.keyboard.press('Delete');
  await until(page, 'it is removed', async () => (await stripes(page)) === 2);
  await page.getByRole('button', { name: 'Undo', exact: true }).last().click();
  await until(page, 'it is back', async () => (await stripes(page)) === 3);
  await kept(page);
  step('a number key, a segment without a name, undo and redo');

  await page.evaluate(() => document.activeElement?.blur());
  await page.locator(`[data-coding="${first.id}"]`).first().click();
  await page.waitForFunction(() => !document.querySelector('audio').paused);
  await page.keyboard.press('Space');
  await until(page, 'its words are shown', async () => (await page.locator('.coded').count()) === 4);
  const further = await page.evaluate(() => {
    const words = [...document.querySelectorAll('[data-w]')];
    return Number(words[words.findLastIndex((word) => word.classList.contains('coded')) + 2].dataset.w);
  });
  const target = await page.locator(`[data-w="${further}"]`).boundingBox();
  await drag(page, page.locator(`[data-coding="${first.id}"] [data-edge=end]`), target.x + target.width / 2, target.y + target.height / 2);
  await kept(page);
  const dragged = (await held(page, name)).codings.find(({ id }) => id === first.id);
  assert.deepEqual([dragged.anchor.first_word, dragged.anchor.last_word], [four[0], further], 'its edge went to the word it was dragged to');
  const grip = page.getByTestId('grip-end');
  const at = await grip.boundingBox();
  await drag(page, grip, at.x + 90, at.y + 20);
  await kept(page);
  const longer = (await held(page, name)).codings.find(({ id }) => id === first.id);
  assert.ok(longer.anchor.end_ms > dragged.anchor.end_ms && longer.anchor.last_word !== dragged.anchor.last_word, 'and further on the waveform');
  step('edges were dragged beside the text and on the waveform');

  await page.getByTestId('coding-bar').getByLabel('Weight').fill('70');
  await page.keyboard.press('Tab');
  await page.evaluate(() => document.activeElement?.blur());
  await page.keyboard.press('t');
  await page.getByLabel('Memo on this coding').fill('She says it twice.');
  await page.keyboard.press('Escape');
  await page.getByTestId('own-memo').getByText('She says it twice.').waitFor();
  await kept(page);
  step('a weight and a memo');

  const lost = (route) => (route.request().method() === 'GET' ? route.fallback() : route.abort('internetdisconnected'));
  await page.route('**/api/coding/**', lost);
  await page.keyboard.press('Escape');
  await mark(page, 9);
  await page.keyboard.press('1');
  await page.getByTestId('unsaved').getByText('1 change not saved').waitFor();
  const stored = await page.evaluate(() => Object.values({ ...sessionStorage }).join(' '));
  assert.match(stored, /^\[\["[0-9a-f-]{36}",\[\d+,\d+,\d+,\d+\],"[0-9a-f-]{36}",null\]\]$/, 'the tab keeps ids and numbers');
  page.once('dialog', (dialog) => dialog.accept());
  await page.reload();
  await page.getByTestId('unsaved').waitFor();
  await page.unroute('**/api/coding/**', lost);
  await page.getByTestId('unsaved').getByRole('button', { name: 'Try now' }).click();
  await kept(page);
  assert.deepEqual(await page.evaluate(() => ({ ...sessionStorage })), {});
  const complaints = troubles(page);
  complaints.splice(0, complaints.length, ...complaints.filter((one) => !/ERR_INTERNET_DISCONNECTED/.test(one)));
  step('what was coded without a connection was told, outlived the page, and was kept');

  await page.reload();
  await page.getByTestId('coding-panel').getByTestId('coding-count').getByText('4 codings').waitFor();
  await page.locator(`[data-listed="${first.id}"]`).click();
  await page.getByTestId('coding-name').getByText('being heard').waitFor();
  assert.equal(await page.getByTestId('coding-bar').getByLabel('Weight').inputValue(), '70');
  await page.getByTestId('own-memo').waitFor();
  await page.waitForFunction(() => !document.querySelector('audio').paused);
  await page.evaluate(() => document.activeElement?.blur());
  await page.keyboard.press('Space');
  const { codings, memos } = await held(page, name);
  assert.equal(codings.length, 4);
  assert.equal(memos.length, 1);
  step('all of it is there again, and a coding in the list is heard');

  await page.getByTestId('ready').click();
  await page.getByTestId('confirm-ready').click();
  await page.getByTestId('ready').getByText('Ready', { exact: true }).waitFor();
  step('ready');
}
