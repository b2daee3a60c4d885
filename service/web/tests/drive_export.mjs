/**
 * Drives somebody who takes interviews out: the dialog from the list and from an interview, and the page that was made,
 * opened from the disk and played.
 *
 *   BASE_URL   address of the service, without accounts
 *   INTERVIEW  study id of one of several released interviews with sound and codings
 *   OUT_DIR    where screenshots and the file go
 *   CHROMIUM   the browser; /usr/bin/chromium when not set
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { axe, openPage, SCREENS, troubles, watchTroubles } from './browser.mjs';

const { BASE_URL, INTERVIEW, OUT_DIR = '.' } = process.env;
const seen = { steps: [] };
const step = (name) => seen.steps.push(name);

const { browser, context, page } = await openPage({ ...SCREENS.desk, bypassCSP: false, acceptDownloads: true });
try {
  await page.goto(`${BASE_URL}/released`);
  await page.getByTestId('export').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('REFI-QDA project').waitFor();
  await dialog.getByTestId('export-size').getByText(/^\s*About/).waitFor();
  await page.screenshot({ path: join(OUT_DIR, 'export.png') });
  await dialog.getByRole('button', { name: 'None' }).click();
  await dialog.getByText('Choose at least one interview.').waitFor();
  assert.ok(await dialog.getByTestId('export-run').isDisabled());
  await dialog.getByRole('button', { name: 'All' }).click();
  await dialog.getByRole('radio', { name: /REFI-QDA codebook/ }).check();
  assert.equal(await dialog.getByTestId('export-interviews').count(), 0, 'a codebook has no interviews');
  step('the dialog says what there is to choose');

  await dialog.getByRole('radio', { name: /Page to read and hear/ }).check();
  await dialog.getByTestId('export-size').getByText(/of sound/).waitFor();
  await page.waitForFunction(() => !document.querySelector('[data-testid=export-run]').disabled);
  const coming = page.waitForEvent('download');
  await dialog.getByTestId('export-run').click();
  const download = await coming;
  await dialog.getByTestId('export-kept').waitFor();
  assert.equal(download.suggestedFilename(), 'interviews.html');
  const kept = join(OUT_DIR, download.suggestedFilename());
  await download.saveAs(kept);
  step('a file was kept');

  const read = await context.newPage();
  watchTroubles(read);
  const asked = [];
  read.on('request', (request) => asked.push(request.url()));
  await read.goto(pathToFileURL(kept).href);
  assert.ok((await read.locator('section p').count()) > 3);
  const moment = read.locator('p > .codes > button.code').last();
  const from = Number(await moment.getAttribute('data-start')) / 1000 - 2;
  await moment.click();
  await read.waitForFunction((least) => [...document.querySelectorAll('audio')].some((one) => !one.paused && one.currentTime > least), Math.max(0, from) + 0.2);
  assert.equal(await read.locator('button.code[aria-pressed=true]').count(), 1);
  await read.keyboard.press('Escape');
  assert.equal(await read.locator('button.code[aria-pressed=true]').count(), 0);
  await read.screenshot({ path: join(OUT_DIR, 'exported-page.png') });
  assert.deepEqual(troubles(read), []);
  assert.deepEqual(asked.filter((url) => !/^(file|data):/.test(url)), [], 'the file asks for nothing');
  await read.close();
  step('the file was opened from the disk and a moment in it was heard');

  await page.keyboard.press('Escape');
  await page.goto(`${BASE_URL}/released/${INTERVIEW}`);
  await page.getByTestId('export').click();
  await page.getByTestId('export-interviews').waitFor();
  assert.equal(await page.getByTestId('export-interviews').getByRole('checkbox', { checked: true }).count(), 1);
  await page.getByRole('dialog').getByTestId('export-size').getByText(/^\s*About/).waitFor();
  step('from an interview, that one is chosen');
  assert.deepEqual(troubles(page), []);

  const phone = await browser.newContext({ ...SCREENS.phone, colorScheme: 'dark', bypassCSP: true });
  const small = await phone.newPage();
  await small.goto(`${BASE_URL}/released`);
  await small.getByTestId('export').click();
  await small.getByRole('dialog').getByTestId('export-size').getByText(/^\s*About/).waitFor();
  assert.deepEqual(await axe(small), []);
  assert.ok(await small.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'nothing lies beside the screen');
  await small.screenshot({ path: join(OUT_DIR, 'export-phone.png') });
  step('it fits a phone, in the dark');
  console.log(JSON.stringify(seen));
} finally {
  await browser.close();
}
