/**
 * Drives the page of agreement: figures, disagreements that are heard, decided by keys and by hand, undone.
 *
 *   BASE_URL   address of the service, with two coded dyads and nobody to sign in
 *   OUT_DIR    where screenshots go
 *   CHROMIUM   the browser; /usr/bin/chromium when not set
 */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { axe, openPage, SCREENS, troubles, until } from './browser.mjs';

const { BASE_URL, OUT_DIR = '.' } = process.env;
const seen = { steps: [] };
const step = (name) => seen.steps.push(name);
mkdirSync(OUT_DIR, { recursive: true });

const { browser, context, page } = await openPage({ ...SCREENS.desk, bypassCSP: true });
const rows = page.getByTestId('disagreement');
const decided = (place) => rows.nth(place).getAttribute('data-decided');
const counts = async () => /(\d+) disagreements?, (\d+) decided/.exec(await page.getByTestId('left').innerText())?.slice(1).map(Number);

try {
  await page.goto(`${BASE_URL}/agreement`);
  const table = page.getByTestId('agreement');
  await table.getByText('All codes').waitFor();
  // The two who coded most are chosen, and the address says so.
  assert.match(page.url(), /first=ann&second=ben/);
  assert.match(await page.getByTestId('compared').innerText(), /^8 interviews/);
  const before = await table.innerText();
  assert.match(before, /Staying\s+only ann/);
  step('figures of two coders');

  await page.getByTestId('unit').selectOption('word');
  await page.getByTestId('compared').getByText('words').waitFor();
  assert.match(page.url(), /unit=word/);
  step('words as units');

  await rows.first().waitFor();
  const [total, done] = await counts();
  assert.equal(done, 0);
  assert.equal(total, await rows.count());
  await page.getByTestId('play-moment').click();
  await page.waitForFunction(() => [...document.querySelectorAll('audio')].some((sound) => !sound.paused && sound.currentTime > 0));
  await page.getByTestId('play-moment').click();
  step('a disagreement is heard');

  await page.getByTestId('why').fill('The longer one holds the whole answer.');
  await page.keyboard.press('Tab');
  await page.locator('body').press('1');
  await until(page, 'decided by a key', async () => (await decided(0)) === 'first');
  assert.match(await rows.first().getByTestId('decided-by').innerText(), /decided by local/);
  // The next open one is shown, and keys mean it.
  await until(page, 'the next one is open', async () => (await page.locator('[aria-current=true] [data-testid=disagreement]').count()) === 1 && (await page.locator('[aria-current=true] [data-decided=first]').count()) === 0);
  await page.locator('body').press('n');
  await until(page, 'decided by another key', async () => (await decided(1)) === 'neither');
  assert.deepEqual(await counts(), [total, 2]);
  step('decided by keys');

  await page.locator('body').press('Control+z');
  await until(page, 'undone', async () => (await decided(1)) === '');
  assert.deepEqual(await counts(), [total, 1]);
  step('undone');

  await rows.nth(1).locator('[data-keep=other]').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Code').selectOption({ label: 'Warmth' });
  await dialog.getByLabel('From').fill('soon');
  await dialog.getByRole('button', { name: 'Keep this' }).click();
  await dialog.getByRole('alert').getByText('Write times such as').waitFor();
  await dialog.getByLabel('From').fill('0:01.5');
  await dialog.getByLabel('To').fill('0:04');
  await dialog.getByRole('button', { name: 'Keep this' }).click();
  await until(page, 'another code is kept', async () => (await decided(1)) === 'other');
  assert.match(await rows.nth(1).getByTestId('decided-by').innerText(), /Warmth, 0:01\.5 – 0:04\.0/);
  step('another code and edges');

  // What was decided is there when the page is opened again, with its reason.
  await page.goto(`${BASE_URL}/agreement?first=ben&second=ann&state=decided`);
  await until(page, 'two decided ones', async () => (await rows.count()) === 2);
  assert.equal(await rows.first().getByTestId('why').inputValue(), 'The longer one holds the whole answer.');
  await table.getByRole('button', { name: 'Staying' }).click();
  await until(page, 'only those of the code', async () => (await counts())?.[0] < total);
  assert.match(page.url(), /code=/);
  step('kept, and listed by code');

  await page.goto(`${BASE_URL}/agreement?first=ann&second=nobody`);
  await page.getByTestId('nothing-compared').waitFor();
  step('nobody to compare with');

  await page.goto(`${BASE_URL}/agreement?first=ann&second=ben&state=all`);
  await rows.first().waitFor();
  await page.getByTestId('standings').click();
  assert.deepEqual(await axe(page), []);
  await page.screenshot({ path: join(OUT_DIR, 'agreement.png'), fullPage: true });
  await page.emulateMedia({ colorScheme: 'dark' });
  assert.deepEqual(await axe(page), []);
  await page.screenshot({ path: join(OUT_DIR, 'agreement-dark.png'), fullPage: true });
  const phone = await context.newPage();
  await phone.setViewportSize(SCREENS.phone.viewport);
  await phone.goto(`${BASE_URL}/agreement?first=ann&second=ben&state=all`);
  await phone.getByTestId('disagreement').first().waitFor();
  assert.ok(await phone.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'nothing is wider than a phone');
  await phone.screenshot({ path: join(OUT_DIR, 'agreement-phone.png') });
  step('readable by all, in the dark and on a phone');

  assert.deepEqual(troubles(page), []);
  console.log(JSON.stringify(seen));
} catch (error) {
  await page.screenshot({ path: join(OUT_DIR, 'agreement-failed.png') }).catch(() => undefined);
  throw error;
} finally {
  await browser.close();
}
