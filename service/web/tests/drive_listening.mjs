/**
 * Drives a listening session that two people go through together, and the two perspectives with a quote.
 *
 *   BASE_URL   address of the service over two coded dyads, with the accounts lea (lead) and ann (coder)
 *   PASSWORD   of each of them
 *   OUT_DIR    where screenshots go
 *   CHROMIUM   the browser; /usr/bin/chromium when not set
 */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { axe, openPage, troubles, watchTroubles } from './browser.mjs';

const { BASE_URL, PASSWORD, OUT_DIR = '.' } = process.env;
const seen = { steps: [] };
const step = (name) => seen.steps.push(name);
mkdirSync(OUT_DIR, { recursive: true });

const { browser, page } = await openPage({ viewport: { width: 1280, height: 900 }, bypassCSP: true });
const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
const other = await context.newPage();
watchTroubles(other);

async function signIn(where, name) {
  await where.goto(BASE_URL);
  await where.getByLabel('Name', { exact: true }).fill(name);
  await where.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await where.keyboard.press('Enter');
  await where.getByTestId('who').filter({ hasText: name }).waitFor();
}

const openRow = (where) => where.locator('[data-testid=moments] > li[aria-current=true]');
const isOpen = (where, number) => where.locator(`[data-testid=moments] > li:nth-child(${number})[aria-current=true]`).waitFor();
const shot = (where, name) => where.screenshot({ path: join(OUT_DIR, `${name}.png`) });

try {
  await signIn(page, 'lea');
  await page.goto(`${BASE_URL}/listening`);
  await page.getByTestId('new-session').click();
  const form = page.getByRole('form', { name: 'New session' });
  await form.getByLabel('Name').fill('Staying, first revision');
  await form.getByLabel('People').fill('Lea, Ann');
  await form.getByRole('combobox', { name: 'Code', exact: true }).selectOption({ label: '   Staying' });
  await form.getByRole('combobox', { name: 'Wave', exact: true }).selectOption('1');
  await form.getByText('code “Staying”, wave 1').waitFor();
  await shot(page, 'listening-new');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Staying, first revision' }).waitFor();
  await page.getByTestId('moments').locator('li').nth(1).waitFor();
  seen.moments = await page.locator('[data-testid=moments] > li').count();
  step('a session was made from a code');

  await signIn(other, 'ann');
  await other.goto(page.url());
  await other.getByTestId('moments').locator('li').nth(1).waitFor();
  await page.evaluate(() => document.activeElement?.blur());
  await page.keyboard.press('Space');
  await isOpen(page, 1);
  await isOpen(other, 1);
  await page.locator('[data-testid=running-words] .word.now').waitFor();
  await shot(page, 'listening-running');
  await page.keyboard.press('ArrowDown');
  await isOpen(other, 2);
  step('the words run along, and who follows comes along');
  await other.getByTestId('follow').uncheck();
  await page.keyboard.press('ArrowDown');
  await other.getByTestId('others').getByText('lea is at moment 3').waitFor();
  assert.equal(await openRow(other).count(), 1);
  await isOpen(other, 2);
  await shot(other, 'listening-apart');
  await other.getByRole('button', { name: 'Go there' }).click();
  await isOpen(other, 3);
  step('whoever does not follow steps alone and finds back');

  await page.keyboard.press('Space');
  await page.keyboard.press('n');
  await page.keyboard.type('Much slower than in wave 2.');
  await other.getByTestId('write-note').fill('He hesitates.');
  await other.getByTestId('write-note').press('Control+Enter');
  await page.keyboard.press('Control+Enter');
  for (const where of [page, other]) {
    await where.getByTestId('note').getByText('Much slower than in wave 2.').waitFor();
    await where.getByTestId('note').getByText('He hesitates.').waitFor();
  }
  await page.keyboard.press('d');
  await page.keyboard.type('Split “Staying”.');
  await page.keyboard.press('Control+Enter');
  await other.getByTestId('decision').getByText('Split “Staying”.').waitFor();
  step('both wrote at once and nothing was lost');
  seen.faults = await axe(page);
  await shot(page, 'listening-session');

  await page.getByTestId('summary-link').click();
  await page.getByTestId('summary').getByText('Split “Staying”.').waitFor();
  await shot(page, 'listening-summary');
  await page.getByTestId('summary-link').click();
  await page.getByTestId('close-session').click();
  await other.getByText('The session is closed').waitFor();
  await page.goto(`${BASE_URL}/listening`);
  await page.getByTestId('sessions').getByText('closed').first().waitFor();
  await shot(page, 'listening-list');
  step('a closed session is kept');

  await page.goto(`${BASE_URL}/perspectives`);
  await page.getByTestId('subject').selectOption({ label: 'Silence' });
  await page.getByTestId('dyad').getByRole('button', { name: /^Play/ }).first().waitFor();
  await page.getByRole('button', { name: 'D02', exact: true }).click();
  await page.getByTestId('dyad').getByRole('button', { name: /^Play D02/ }).first().click();
  await page.locator('[data-testid=dyad] li[aria-current=true]').waitFor();
  await page.getByTestId('dyad').getByRole('button', { name: 'Pick a quote' }).first().click();
  const picker = page.getByTestId('pick-quote');
  await picker.getByRole('button', { name: 'Begins a word later' }).click();
  await shot(page, 'perspectives-pick');
  await picker.getByRole('button', { name: 'Pick as a quote' }).click();
  const quote = page.getByTestId('quote').first();
  await quote.waitFor();
  assert.ok(await quote.getByRole('button', { name: 'Copy as citation' }).isDisabled());
  for (const box of await quote.getByRole('checkbox').all()) await box.check();
  await quote.getByText('confirmed by lea').first().waitFor();
  await shot(page, 'perspectives');
  await quote.getByRole('button', { name: 'Copy as citation' }).click();
  await page.getByText('The citation is copied.').waitFor();
  seen.citation = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(seen.citation, /D02-[CT]\d, wave \d, 0:\d\d:\d\d\)$/);
  seen.faults.push(...(await axe(page)));
  step('a quote was confirmed one by one and copied');
  assert.deepEqual(seen.faults, []);
  assert.deepEqual([...troubles(page), ...troubles(other)], [], 'the page complained');
  console.log(JSON.stringify(seen, null, 2));
} catch (error) {
  await shot(page, 'failure').catch(() => undefined);
  await shot(other, 'failure-other').catch(() => undefined);
  console.error(`After “${seen.steps.at(-1) ?? 'nothing'}”: ${error.stack ?? error}`);
  for (const trouble of [...troubles(page), ...troubles(other)]) console.error(`The page: ${trouble}`);
  process.exitCode = 1;
} finally {
  await browser.close();
}
