/**
 * Reviews an interview that `tests/e2e/review_seed.py` made, with the keyboard alone, and says what it saw as JSON.
 *
 *   BASE_URL  address of the service
 *   OUT_DIR   where screenshots go
 *   CHROMIUM  the browser; /usr/bin/chromium when not set
 */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { axe, openPage, SCREENS, troubles, until } from './browser.mjs';

const { BASE_URL: base, OUT_DIR = '.' } = process.env;
const seen = { steps: [] };
const step = (name) => seen.steps.push(name);
mkdirSync(OUT_DIR, { recursive: true });

const { browser, page } = await openPage({ ...SCREENS.desk, bypassCSP: true });
const review = async (name = 'D03-T2') => (await page.request.get(`${base}/api/interviews/${name}/review`)).json();
/** Undoing waits for the decision that is on its way; a decision is not taken of what a person has not seen yet. */
const press = async (...keys) => {
  for (const key of keys) {
    if (!/^(Shift\+)?[uU]$/.test(key)) await page.locator('main[aria-busy=true]').waitFor({ state: 'detached' });
    await page.keyboard.press(key);
  }
};
const shot = (name) => page.screenshot({ path: join(OUT_DIR, `${name}.png`) });
const here = () => page.locator('[data-testid=item] .what strong').innerText();
const far = () => page.getByTestId('far').innerText();
const playing = () => page.evaluate(() => !document.querySelector('audio').paused);

await page.goto(`${base}/interviews/D03-T2/review`);
await page.getByTestId('item').waitFor();
await page.locator('[data-testid=passage] .here').first().waitFor();
await until(page, 'the first place is heard', () => page.evaluate(() => document.querySelector('audio').currentTime > 0));
const first = await review();
assert.equal(first.progress.decided, 0);
assert.equal(await far(), `0 of ${first.progress.redactions} looked at`);
assert.equal(await here(), first.redactions[0].said);
assert.ok(first.redactions[0].why.includes('disagreed'), 'what detectors disagree on does not come first');
await shot('redactions');
assert.deepEqual(await axe(page), []);
const start = first.redactions[0].start_ms - 1500;
assert.ok((await page.evaluate(() => document.querySelector('audio').currentTime)) * 1000 >= start - 50);
await until(page, 'it stops after the place', async () => !(await playing()));
const stopped = (await page.evaluate(() => document.querySelector('audio').currentTime)) * 1000;
assert.ok(Math.abs(stopped - (first.redactions[0].end_ms + 1000)) < 400, `it stopped at ${stopped}`);
await press('r');
await until(page, 'it is heard again', playing);
step('the riskiest comes first, is read in context and heard');

// Hope identifies nobody; undone and done again.
assert.equal(await here(), 'Hope');
await press('x');
await until(page, 'one is decided', async () => (await review()).progress.decided === 1);
await until(page, 'the next one comes', async () => (await here()) !== 'Hope');
await press('u');
await until(page, 'it is undone', async () => (await review()).progress.decided === 0);
await until(page, 'and shown', async () => (await here()) === 'Hope');
await press('Shift+U');
await until(page, 'it is done again', async () => (await review()).progress.decided === 1);
await until(page, 'it is shown as rejected', async () => (await page.getByTestId('item').getAttribute('data-state')) === 'rejected');
step('rejected, undone, done again');

// Anders: the label is changed with a digit, and back by undoing.
await press('j');
await until(page, 'Anders is next', async () => (await here()) === 'Anders');
await press('e');
await page.getByTestId('label-dialog').waitFor();
await shot('change');
await press('3', 'Enter');
await until(page, 'it is an organisation', async () => (await review()).redactions.find((one) => one.said === 'Anders').label === 'ORGANISATION');
await press('u');
await until(page, 'it is a name again', async () => (await review()).redactions.find((one) => one.said === 'Anders').label === 'NAME');
await until(page, 'Anders is shown', async () => (await here()) === 'Anders');
await press('a');
await until(page, 'Anders is accepted', async () => (await review()).redactions.find((one) => one.said === 'Anders').state === 'accepted');
step('changed with the keyboard, undone, accepted');

// Words chosen with the keyboard beside the mention, and redacted.
await press('k');
await until(page, 'words are there', async () => (await page.locator('[data-testid=passage] [data-w]').count()) > 20);
const before = (await review()).progress.redactions;
await press('ArrowRight', 'Shift+ArrowRight');
await page.getByTestId('chosen').waitFor();
await shot('chosen');
const words = (await page.getByTestId('chosen').innerText()).match(/“(.*?)”/)[1];
assert.equal(words.split(' ').length, 2);
await press('n');
await page.getByTestId('label-dialog').waitFor();
await press('6', 'Enter');
await until(page, 'they are redacted', async () => (await review()).redactions.some((one) => one.said === words && one.label === 'PROFESSION'));
await press('u');
await until(page, 'and undone', async () => (await review()).progress.redactions === before);
step('words are chosen and redacted with the keyboard');

// The rest: accepted with all that are said the same; then the second look comes by itself.
for (let round = 0; round < 12; round++) {
  const now = await review();
  if (now.progress.decided === now.progress.redactions) break;
  if ((await page.getByTestId('item').getAttribute('data-state')) !== 'open') {
    const open = now.redactions.find((one) => one.state === 'open');
    await page.locator(`[data-item="${open.id}"]`).focus();
    await press('Enter');
    await page.evaluate(() => document.activeElement.blur());
  }
  await press('Shift+A');
  await until(page, 'more are decided', async () => (await review()).progress.decided > now.progress.decided);
}
await page.getByTestId('look').waitFor();
await shot('second-look');
assert.deepEqual(await axe(page), []);
assert.equal(await page.request.post(`${base}/api/interviews/D03-T2/release`).then((answer) => answer.status()), 409);
step('after the last redaction the second look comes by itself; a release is refused');

for (let round = 0; round < 30; round++) {
  const now = await review();
  if (!now.progress.looks_open) break;
  const form = await page.getByTestId('look').getAttribute('data-form');
  if (form === 'torbjorn') {
    await press('n');
    await page.getByTestId('label-dialog').waitFor();
    await shot('add-everywhere');
    await press('Enter');
    await until(page, 'it is redacted everywhere', async () => (await review()).redactions.filter((one) => one.said.startsWith('Torbjorn')).length === 2);
  } else if (form === 'vestlia') {
    await press('n');
    await page.getByTestId('label-dialog').waitFor();
    await press('2', 'Enter');
    await until(page, 'it is a place', async () => (await review()).redactions.some((one) => one.said.startsWith('Vestlia') && one.label === 'PLACE'));
  } else {
    await press('x');
    await until(page, 'one word less', async () => (await review()).progress.looks_open < now.progress.looks_open);
  }
}
await page.getByTestId('remaining').waitFor();
await shot('remaining');
assert.deepEqual(await axe(page), []);
assert.match(await page.getByTestId('remaining').innerText(), /may remain/);
step('the second look: redacted everywhere, cleared; then what may remain');

await press('4');
await page.getByTestId('finish').waitFor();
await page.getByTestId('finish-review').waitFor();
await until(page, 'finishing has the focus', () => page.evaluate(() => document.activeElement.id === 'review-finish'));
await press('Enter');
await page.getByTestId('review-release').waitFor();
await until(page, 'releasing has the focus', () => page.evaluate(() => document.activeElement.id === 'review-release'));
await shot('finish');
await press('Enter');
await page.getByTestId('confirm-release').waitFor();
await until(page, 'it can be released', async () => !(await page.getByTestId('confirm-release').isDisabled()));
await shot('release');
await page.keyboard.press('Tab');
while (!(await page.evaluate(() => document.activeElement?.dataset?.testid === 'confirm-release'))) await page.keyboard.press('Tab');
await press('Enter');
await until(page, 'it is released', async () => (await review()).released_at !== null);
const coders = async () => (await page.request.get(`${base}/api/coding/interviews/D03-T2/utterances?limit=200`)).text();
const released = await coders();
for (const name of ['Ingrid', 'Solberg', 'Drammen', 'Anders', 'Vestlia', 'Torbjorn']) assert.ok(!released.includes(name), `coders read ${name}`);
assert.ok(released.includes('Hope'), 'what identifies nobody is missing');
await until(page, 'who released it is shown', async () => (await page.getByTestId('releases').innerText()).startsWith('Released by local'));
step('finished and released by keyboard');

// What is redacted now is gone from what coders read at once.
await press('1');
await page.locator('[data-testid=passage] [data-w]').first().waitFor();
await page.evaluate(() => document.activeElement.blur());
await press('ArrowRight', 'n');
await page.getByTestId('label-dialog').waitFor();
const hidden = (await page.locator('[data-testid=label-dialog] .text').innerText()).replace(/[“”.,?]/g, '');
await press('Enter');
await until(page, 'coders no longer read it', async () => JSON.stringify(await coders()) !== JSON.stringify(released));
step(`a redaction added to a released interview takes effect at once (${hidden.length} letters)`);

await press('4');
await page.getByTestId('review-release').waitFor();
await page.getByTestId('review-release').focus();
await press('Enter');
await page.getByRole('button', { name: 'Take it back' }).focus();
await press('Enter');
await until(page, 'it is taken back', async () => (await review()).released_at === null);
assert.equal(await page.request.get(`${base}/api/coding/interviews/D03-T2/utterances`).then((answer) => answer.status()), 404);
await until(page, 'and shown', async () => (await page.getByTestId('releases').innerText()).startsWith('Taken back by local'));
await shot('taken-back');
step('un-released by keyboard');

await press('?');
await page.getByRole('heading', { name: 'Keyboard' }).waitFor();
await shot('help');
await press('Escape');
await page.emulateMedia({ colorScheme: 'dark' });
await press('1');
await page.getByTestId('item').waitFor();
await shot('dark');
assert.deepEqual(await axe(page), []);
await page.setViewportSize({ width: 390, height: 844 });
await shot('phone');
await page.setViewportSize(SCREENS.desk.viewport);
await page.emulateMedia({ colorScheme: 'light' });

await page.goto(`${base}/interviews/D03-T3/review`);
await page.getByTestId('empty').waitFor();
await shot('empty');
await page.goto(`${base}/interviews/D03-T3`);
await page.getByTestId('review').waitFor();
await page.getByTestId('release').click();
await page.getByTestId('review-left').waitFor();
assert.ok(await page.getByTestId('confirm-release').isDisabled(), 'it could be released without a review');
await shot('refused');
step('nothing found, and the release dialog says what is left');

const complaints = troubles(page).filter((one) => !/status of (404|409)/.test(one));
assert.deepEqual(complaints, []);
await browser.close();
console.log(JSON.stringify(seen));
