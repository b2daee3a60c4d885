/**
 * Drives a lead who revises the codebook and writes memos, and a coder who reads both.
 *
 *   BASE_URL   address of a service with the coded study, and the accounts ann (coder) and lea (lead)
 *   PASSWORD   of each of them
 *   OUT_DIR    where screenshots go
 *   CHROMIUM   the browser; /usr/bin/chromium when not set
 */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { axe, openPage, SCREENS, troubles, until } from './browser.mjs';

const { BASE_URL, PASSWORD, OUT_DIR = '.' } = process.env;
const seen = { steps: [] };
const step = (name) => seen.steps.push(name);
mkdirSync(OUT_DIR, { recursive: true });

const { browser, context, page } = await openPage({ ...SCREENS.desk, bypassCSP: true });
const shot = (name) => page.screenshot({ path: join(OUT_DIR, `codebook-${name}.png`) });
const row = (name) => page.getByTestId('code-tree').getByRole('treeitem', { name });
const level = (name, wanted) => until(page, `${name} lies at ${wanted}`, async () => (await row(name).getAttribute('aria-level')) === wanted);
const detail = page.getByTestId('detail');
const button = (name) => page.getByRole('button', { name, exact: true });

async function signIn(name) {
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByTestId('who').filter({ hasText: name }).waitFor();
}

async function open(address) {
  await page.goto(BASE_URL + address);
}

/** Changes a code as another lead would, beside the page. */
const changeBeside = (name, definition) =>
  page.evaluate(async ([called, text]) => {
    const { csrf } = await (await fetch('/api/session')).json();
    const { codes } = await (await fetch('/api/coding/codebook')).json();
    const code = codes.find((one) => one.name === called);
    const answer = await fetch(`/api/coding/codes/${code.id}`, {
      method: 'PATCH',
      headers: { 'Content-Type': 'application/json', 'X-Lytt-CSRF': csrf },
      body: JSON.stringify({ version: code.version, definition: text }),
    });
    return answer.status;
  }, [name, definition]);

try {
  await page.goto(BASE_URL);
  await page.getByLabel('Name', { exact: true }).waitFor();
  await signIn('lea');
  await open('/codebook');
  await row('Being held').focus();
  await page.keyboard.press('ArrowLeft');
  await row('Warmth').waitFor({ state: 'detached' });
  await page.keyboard.press('ArrowRight');
  await row('Warmth').waitFor();
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await detail.getByRole('heading', { name: 'Silence' }).waitFor();
  assert.match(await page.getByTestId('counts').innerText(), /^16 codings in 8 interviews/);
  step('the tree is walked with the keyboard, and a lead sees every coding counted');

  await row('Warmth').dragTo(row('Silence'));
  await level('Warmth', '2');
  await page.getByText('“Warmth” is moved below “Silence”.').waitFor();
  await row('Warmth').click();
  await detail.getByText('Silence ›').waitFor();
  await page.getByRole('status').getByRole('button', { name: 'Undo' }).last().click();
  await detail.getByText('Being held ›').waitFor();
  step('a code is dragged below another, and that is undone');

  await row('Staying').click();
  await button('Split…').click();
  await page.getByTestId('moments').getByRole('listitem').nth(7).waitFor();
  await page.getByTestId('moments').getByRole('button', { name: /^Play/ }).first().click();
  await page.waitForFunction(() => [...document.querySelectorAll('audio')].some((one) => one.currentTime > 0 && !one.paused));
  await page.getByLabel('Name of new code 1').fill('Coming back');
  await page.getByLabel('goes to').nth(0).selectOption({ label: 'Coming back' });
  await page.getByLabel('goes to').nth(2).selectOption({ label: 'Coming back' });
  await shot('split');
  await button('Split').click();
  await row('Coming back').waitFor();
  assert.match(await row('Coming back').innerText(), /2/);
  step('a code is split by its words and its sound');

  await row('Silence').click();
  await button('Remove…').click();
  await page.getByText('16 codings have it').waitFor();
  await shot('remove');
  await button('Keep it').click();
  await row('Fear of leaving').click();
  await button('Change').click();
  await page.getByLabel('Definition').fill('As I define it');
  assert.equal(await changeBeside('Fear of leaving', 'As she defines it'), 200);
  await button('Save').click();
  await page.getByText('Somebody changed it meanwhile').waitFor();
  await detail.getByText('As she defines it').waitFor();
  await shot('meanwhile');
  await button('Save mine over it').click();
  await detail.getByText('As I define it').waitFor();
  step('what is in the way is said: codings, and somebody who was faster');

  await button('Add a list').click();
  await page.getByLabel('Codes, one a line').fill('distance\n  cold\n  Silence\n    long one\twhen nobody speaks');
  await button('Add 3 codes').click();
  await level('long one', '2');
  await button('History').click();
  const first = page.getByTestId('history').getByRole('listitem').first();
  await first.getByText('added 3 codes from a list').waitFor();
  assert.deepEqual(await axe(page), []);
  await shot('history');
  await first.getByRole('button', { name: 'Undo' }).click();
  await row('distance').waitFor({ state: 'detached' });
  await page.getByTestId('history').getByText('undid change').first().waitFor();
  const made = page.getByTestId('history').getByRole('listitem').filter({ hasText: 'added “Fear of leaving”' });
  await made.getByText(/To undo it, first undo change/).waitFor();
  await made.getByRole('button', { name: 'The book then' }).click();
  await page.getByTestId('past').getByText(/by lea/).waitFor();
  await row('Silence').waitFor({ state: 'detached' });
  await button('Back to now').click();
  await row('Silence').waitFor();
  step('a list is one change, undone from the history; an old version is shown');

  await open('/codebook');
  await row('Coming back').waitFor();
  await page.emulateMedia({ media: 'print' });
  assert.match(await page.locator('.printed').innerText(), /Coming back[\s\S]*Holding on/);
  await page.emulateMedia({ media: 'screen' });
  await page.getByRole('searchbox').fill('hardly');
  await page.getByText('No code says that.').waitFor();
  await page.getByRole('searchbox').fill('a hand');
  await row('Warmth').click();
  await page.getByTestId('memos').getByRole('textbox').fill('A hand, or a voice too?');
  await button('Save the memo').click();
  await page.getByTestId('memos').getByText('A hand, or a voice too?').waitFor();
  await open('/memos');
  await page.getByTestId('all-memos').getByRole('listitem').nth(8).waitFor();
  await page.getByLabel('Find').fill('voice too');
  await until(page, 'one memo is found', async () => (await page.getByTestId('all-memos').getByRole('listitem').count()) === 1);
  await page.getByTestId('all-memos').getByRole('link', { name: 'code Warmth' }).click();
  await detail.getByRole('heading', { name: 'Warmth' }).waitFor();
  step('the book is printed and searched; memos are written, found, and lead back');

  await button('Sign out').click();
  await page.getByLabel('Name', { exact: true }).waitFor();
  await signIn('ann');
  await open('/codebook');
  await row('Silence').click();
  assert.match(await page.getByTestId('counts').innerText(), /^12 codings in 8 interviews/);
  await page.getByTestId('why-not').waitFor();
  assert.equal(await button('Merge into…').count(), 0);
  await button('Add a code below').click();
  await page.getByLabel('Name', { exact: true }).fill('being quiet together');
  await button('Save').click();
  await level('being quiet together', '2');
  await shot('coder');
  step('a coder adds a code, sees what they may see counted, and reads why they change none');

  assert.deepEqual(troubles(page).filter((one) => !/status of 409/.test(one)), [], 'the page complained');
  console.log(JSON.stringify(seen, null, 2));
} catch (error) {
  await shot('failure').catch(() => undefined);
  console.error(`After “${seen.steps.at(-1) ?? 'nothing'}”: ${error.stack ?? error}`);
  for (const trouble of troubles(page)) console.error(`The page: ${trouble}`);
  process.exitCode = 1;
} finally {
  await context.close();
  await browser.close();
}
