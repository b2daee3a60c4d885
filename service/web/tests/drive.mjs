/**
 * Drives the page of a running Lytt as a person would, with sound, and says what it saw as JSON.
 * Ends with 1 and a message when something is not as it should be.
 *
 *   BASE_URL        address of the service
 *   RECORDING       a recording of two people, in which something is said in the first seconds
 *   INTERVIEW       study id it is given, such as D03-T2
 *   WATCHED_FOLDER  where it is dropped; uploaded through the page when not set
 *   OUT_DIR         where screenshots go
 *   TOKEN           access token, when the service needs one
 *   CHROMIUM        the browser; /usr/bin/chromium when not set
 *   WAIT_S          how long the recording may take; 300 when not set
 */
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { openPage, troubles } from './browser.mjs';
import { correct } from './drive_correct.mjs';
import { listen } from './drive_interview.mjs';
import { looks } from './drive_looks.mjs';

const { BASE_URL, RECORDING, INTERVIEW, WATCHED_FOLDER, TOKEN, OUT_DIR = '.' } = process.env;
const WAIT_MS = Number(process.env.WAIT_S ?? 300) * 1000;
const seen = { steps: [] };
const step = (name) => seen.steps.push(name);

async function signIn(page) {
  await page.goto(BASE_URL);
  if (!TOKEN) return;
  await page.getByLabel('Access token').fill('this is not the token');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('alert').waitFor();
  await page.getByLabel('Access token').fill(TOKEN);
  await page.getByRole('button', { name: 'Sign in' }).click();
  step('signed in');
}

async function hand(page) {
  await page.getByRole('heading', { name: 'Recordings', exact: true }).waitFor();
  await page.locator('.empty, .list').first().waitFor();
  if (await page.locator('.empty').count()) {
    seen.emptyStateNames = await page.locator('.empty .folder').innerText();
    await page.screenshot({ path: join(OUT_DIR, 'empty.png') });
    step('empty state names the watched folder');
  }
  const name = INTERVIEW + extname(RECORDING);
  if (WATCHED_FOLDER) {
    copyFileSync(RECORDING, join(WATCHED_FOLDER, name));
  } else {
    await page.locator('input[type=file]').setInputFiles({
      name,
      mimeType: 'application/octet-stream',
      buffer: readFileSync(RECORDING),
    });
    await page.getByText('in the watched folder; it is taken in').waitFor();
    step('uploaded through the page');
  }
}

/** Watches the row, without reloading, until the recording is done. */
async function watch(page) {
  const row = page.locator('[data-recording]').filter({ has: page.getByRole('heading', { name: INTERVIEW }) });
  const handed = Date.now();
  await row.waitFor({ timeout: 60_000 });
  seen.shownAfterS = (Date.now() - handed) / 1000;
  step('shown in the list without a reload');

  const percents = [];
  const stages = new Set();
  let photographed = false;
  for (;;) {
    const now = await row.evaluate((element) => ({
      state: element.dataset.state,
      said: element.querySelector('.state')?.textContent ?? '',
      percent: Number(element.querySelector('[role=progressbar]')?.getAttribute('aria-valuenow') ?? Number.NaN),
      problem: element.querySelector('.problem')?.textContent ?? '',
    }));
    assert.notEqual(now.state, 'failed', `the recording failed: ${now.problem}`);
    if (now.state === 'done') break;
    stages.add(now.said);
    if (!Number.isNaN(now.percent)) percents.push(now.percent);
    if (!photographed && now.percent > 15) {
      photographed = true;
      await page.screenshot({ path: join(OUT_DIR, 'progress.png') });
    }
    assert.ok(Date.now() - handed < WAIT_MS, `not done after ${WAIT_MS / 1000} s`);
    await page.waitForTimeout(100);
  }
  seen.stages = [...stages];
  seen.percents = { first: percents[0], last: percents.at(-1), readings: percents.length };
  assert.ok(new Set(percents).size > 1, 'the progress bar never moved');
  assert.deepEqual(percents, percents.toSorted((a, b) => a - b), 'the progress bar went back');
  assert.ok(stages.size > 1, 'no stage was told');
  step('progress seen, never going back');
  await page.screenshot({ path: join(OUT_DIR, 'home.png') });
  await row.getByRole('link', { name: INTERVIEW }).first().click();
  await page.waitForURL(`**/interviews/${INTERVIEW}`);
}

const { browser, context, page } = await openPage({ viewport: { width: 1280, height: 800 } });
try {
  mkdirSync(OUT_DIR, { recursive: true });
  await signIn(page);
  await hand(page);
  await watch(page);
  await listen(page, { base: BASE_URL, interview: INTERVIEW, out: OUT_DIR, seen, step });
  await looks(browser, context, { base: BASE_URL, interview: INTERVIEW, out: OUT_DIR, seen, step });
  await correct(page, { base: BASE_URL, interview: INTERVIEW, out: OUT_DIR, seen, step });
  assert.deepEqual(troubles(page), [], 'the page complained');
  console.log(JSON.stringify(seen, null, 2));
} catch (error) {
  await page.screenshot({ path: join(OUT_DIR, 'failure.png') }).catch(() => undefined);
  console.error(`After “${seen.steps.at(-1) ?? 'nothing'}”: ${error.stack ?? error}`);
  for (const trouble of troubles(page)) console.error(`The page: ${trouble}`);
  process.exitCode = 1;
} finally {
  await browser.close();
}
