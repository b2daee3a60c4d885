/**
 * Drives a coder and a lead through every page that the head of the page lists for them.
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
const seen = { steps: [], pages: [] };
const step = (name) => seen.steps.push(name);
mkdirSync(OUT_DIR, { recursive: true });

const { browser, context, page } = await openPage({ ...SCREENS.desk, bypassCSP: true });
const asked = [];
page.on('request', (request) => asked.push(new URL(request.url()).pathname));

async function signIn(name) {
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByTestId('who').filter({ hasText: name }).waitFor();
}

const settled = () => until(page, 'the page is read', async () => (await page.locator('main [aria-busy=true], main[aria-busy=true]').filter({ visible: true }).count()) === 0);

async function lookAtEach(who, labels) {
  for (const label of labels) {
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: label, exact: true }).click();
    await page.locator('nav a[aria-current=page]').filter({ hasText: label }).waitFor();
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await settled();
    seen.pages.push(`${who} ${new URL(page.url()).pathname}`);
    for (const theme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme: theme });
      assert.deepEqual(await axe(page), [], `${label}, ${theme}`);
      await page.screenshot({ path: join(OUT_DIR, `${who}-${label.toLowerCase().replaceAll(' ', '-')}-${theme}.png`) });
    }
    await page.emulateMedia({ colorScheme: 'light' });
    // A phone shows all of it without scrolling sideways.
    await page.setViewportSize(SCREENS.phone.viewport);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    await page.screenshot({ path: join(OUT_DIR, `${who}-${label.toLowerCase().replaceAll(' ', '-')}-phone.png`) });
    await page.setViewportSize(SCREENS.desk.viewport);
    assert.ok(wide <= 0, `${label} is ${wide} px wider than a phone`);
  }
}

async function labels() {
  await page.getByRole('navigation', { name: 'Pages' }).waitFor();
  return page.getByRole('navigation', { name: 'Pages' }).getByRole('link').allInnerTexts();
}

try {
  await page.goto(BASE_URL);
  await page.getByLabel('Name', { exact: true }).waitFor();
  await signIn('ann');
  await page.getByTestId('released').waitFor();
  await page.getByRole('link', { name: 'Go on with D01-C2' }).waitFor();
  await lookAtEach('ann', await labels());
  step('a coder sees every page');

  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.getByLabel('Name', { exact: true }).waitFor();
  await signIn('lea');
  await lookAtEach('lea', await labels());
  step('a lead sees every page');

  const allowed = /^\/api\/(coding\/|session|feed)/;
  assert.deepEqual(asked.filter((path) => path.startsWith('/api/') && !allowed.test(path)), [], 'a route of the vault was asked');
  assert.deepEqual(troubles(page), [], 'the page complained');
  console.log(JSON.stringify(seen, null, 2));
} catch (error) {
  await page.screenshot({ path: join(OUT_DIR, 'failure.png') }).catch(() => undefined);
  console.error(`After “${seen.steps.at(-1) ?? 'nothing'}”: ${error.stack ?? error}`);
  process.exitCode = 1;
} finally {
  await context.close();
  await browser.close();
}
