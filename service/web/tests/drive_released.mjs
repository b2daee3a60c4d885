/**
 * Drives a steward who releases an interview after hearing it as coders will, and a coder who opens and codes it.
 *
 *   BASE_URL   address of the service, with the accounts stig (steward) and kode (coder)
 *   PASSWORD   of each of them
 *   INTERVIEW  study id of a finished interview whose redacted sound is made
 *   OUT_DIR    where screenshots go
 *   CHROMIUM   the browser; /usr/bin/chromium when not set
 */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { axe, openPage, troubles } from './browser.mjs';
import { code } from './coding.mjs';

const { BASE_URL, PASSWORD, INTERVIEW, OUT_DIR = '.' } = process.env;
const seen = { steps: [] };
const step = (name) => seen.steps.push(name);
mkdirSync(OUT_DIR, { recursive: true });

const { browser, page } = await openPage({ viewport: { width: 1280, height: 800 }, bypassCSP: true });
const asked = [];
page.on('request', (request) => asked.push(new URL(request.url())));
const sound = [];
page.on('response', (answer) => {
  if (/\/audio$/.test(new URL(answer.url()).pathname)) sound.push({ path: new URL(answer.url()).pathname, status: answer.status() });
});

async function signIn(name) {
  await page.getByLabel('Name', { exact: true }).waitFor();
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByTestId('who').filter({ hasText: name }).waitFor();
}

const playsBeyond = (seconds) => page.waitForFunction((least) => document.querySelector('audio').currentTime > least, seconds);

try {
  await page.goto(BASE_URL);
  await signIn('stig');
  await page.goto(`${BASE_URL}/interviews/${INTERVIEW}`);
  await page.locator('[data-testid=transcript] [data-w]').first().waitFor();
  const hear = page.getByTestId('hear-as-coders');
  await page.waitForFunction(() => !document.querySelector('[data-testid=hear-as-coders]').disabled);
  await hear.click();
  await page.waitForFunction(() => document.querySelector('audio').src.endsWith('/sound/audio'));
  await page.getByTestId('waveform').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('[data-w]').nth(3).click();
  await page.keyboard.press('Space');
  await playsBeyond(8);
  await page.screenshot({ path: join(OUT_DIR, 'as-coders.png') });
  step('a steward heard it as coders will');
  await page.getByTestId('release').click();
  await page.getByTestId('redacted-sound').getByText(/The redacted sound is ready|Places to listen to/).waitFor();
  await page.screenshot({ path: join(OUT_DIR, 'release.png') });
  for (const button of await page.getByTestId('redacted-sound').getByRole('button', { name: 'Nothing is heard' }).all()) await button.click();
  await page.getByTestId('confirm-release').click();
  await page.getByText('Released', { exact: true }).waitFor();
  step('released');
  await page.goto(BASE_URL);
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();

  await signIn('kode');
  asked.length = sound.length = 0;
  await page.getByTestId('released').getByRole('link', { name: INTERVIEW }).click();
  await page.locator('[data-testid=transcript] [data-w]').first().waitFor();
  await page.getByTestId('waveform').waitFor();
  seen.heading = await page.getByRole('heading', { level: 1 }).innerText();
  assert.equal(seen.heading, INTERVIEW);
  seen.standIns = await page.locator('.stand-in').count();
  const word = page.locator('[data-w]').nth(12);
  await word.click();
  const from = await page.evaluate(() => document.querySelector('audio').currentTime);
  assert.ok(from > 1, 'the sound is where the word is');
  if (await page.evaluate(() => document.querySelector('audio').paused)) await page.keyboard.press('Space');
  await playsBeyond(from + 1);
  const told = page.waitForResponse((answer) => answer.url().endsWith('/listened'));
  await page.keyboard.press('Space');
  assert.equal((await told).status(), 204);
  step('a word was heard where it was clicked');
  const at = await page.evaluate(() => document.querySelector('audio').currentTime);
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction((before) => document.querySelector('audio').currentTime >= before + 4, at);
  await page.keyboard.press('/');
  await page.keyboard.type('the');
  await page.getByTestId('hit-count').waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await page.evaluate(() => document.activeElement?.blur());
  await page.keyboard.press('?');
  await page.getByRole('dialog').waitFor();
  assert.equal(await page.getByRole('dialog').getByText('correct the words').count(), 0, 'coders correct nothing');
  await page.keyboard.press('Escape');
  step('the keyboard works');
  const strip = page.getByTestId('heat');
  await strip.getByRole('combobox').selectOption('pitch');
  await strip.getByRole('slider').waitFor();
  assert.match(await strip.getByRole('slider').getAttribute('aria-valuetext'), /^\d+:\d\d: /);
  const drawn = await page.evaluate(async (name) => (await fetch(`/api/coding/interviews/${name}/track?points=8000`)).json(), INTERVIEW);
  assert.ok(drawn.silenced.length && drawn.pitch.middle.some((hz) => hz !== null));
  for (const { start_ms, end_ms } of drawn.silenced) {
    const inside = drawn.level.middle.filter((_, place) => {
      const ms = drawn.from_ms + place * drawn.bin_ms;
      return ms >= start_ms && ms + drawn.bin_ms <= end_ms;
    });
    assert.ok(inside.every((level) => level === null), 'something is drawn where it is redacted');
  }
  step('the strip shows how voices went, and nothing where they are redacted');
  const part = await page.evaluate(async (name) => {
    const answer = await fetch(`/api/coding/interviews/${name}/audio`, { headers: { Range: 'bytes=0-99' } });
    return [answer.status, (await answer.arrayBuffer()).byteLength];
  }, INTERVIEW);
  assert.deepEqual(part, [206, 100]);
  assert.ok(sound.length && sound.every(({ status }) => status === 206 || status === 200), JSON.stringify(sound));
  await code(page, INTERVIEW, step);
  seen.faults = await axe(page);
  assert.deepEqual(seen.faults, []);
  await page.screenshot({ path: join(OUT_DIR, 'released.png') });
  await page.getByRole('link', { name: 'Lytt, interviews' }).click();
  await page.getByTestId('released').waitFor();
  await page.screenshot({ path: join(OUT_DIR, 'released-list.png') });
  const allowed = /^\/api\/(coding\/|session|study$)/;
  seen.vault = asked.filter(({ pathname }) => pathname.startsWith('/api/') && !allowed.test(pathname)).map(({ pathname }) => pathname);
  assert.deepEqual(seen.vault, [], 'a route of the vault was asked');
  step('only the coding side was asked');
  assert.deepEqual(troubles(page).filter((one) => !/status of 403/.test(one)), [], 'the page complained');
  console.log(JSON.stringify(seen, null, 2));
} catch (error) {
  await page.screenshot({ path: join(OUT_DIR, 'failure.png') }).catch(() => undefined);
  console.error(`After “${seen.steps.at(-1) ?? 'nothing'}”: ${error.stack ?? error}`);
  for (const trouble of troubles(page)) console.error(`The page: ${trouble}`);
  process.exitCode = 1;
} finally {
  await browser.close();
}
