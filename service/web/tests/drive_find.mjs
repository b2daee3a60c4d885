/**
 * Drives somebody who finds moments: completes a query, hears a moment, keeps to a role, mends a mistake, comes back.
 *
 *   BASE_URL   address of the service over the two coded dyads of tests/e2e/coded_study.py
 *   OUT_DIR    where screenshots go
 *   CHROMIUM   the browser; /usr/bin/chromium when not set
 */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { axe, openPage, troubles } from './browser.mjs';

const { BASE_URL, OUT_DIR = '.' } = process.env;
const seen = { steps: [] };
const step = (name) => seen.steps.push(name);
mkdirSync(OUT_DIR, { recursive: true });

const { browser, page } = await openPage({ viewport: { width: 1280, height: 900 }, bypassCSP: true });
const query = page.getByTestId('query');
const found = page.getByTestId('found');
const moments = page.getByTestId('moments').getByRole('listitem');

try {
  await page.goto(`${BASE_URL}/released`);
  await page.getByRole('link', { name: 'Find', exact: true }).click();
  await page.getByTestId('examples').waitFor();
  await page.getByText('what is coded with it').waitFor();
  seen.axe = await axe(page);
  await page.screenshot({ path: join(OUT_DIR, 'find.png') });
  step('the page says what can be asked');

  await query.pressSequentially('lea');
  const option = page.getByRole('option', { name: /Fear of leaving/ });
  await option.waitFor();
  await page.keyboard.press('ArrowDown');
  assert.equal(await option.getAttribute('aria-selected'), 'true');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelector('[data-testid=query]').value === 'code:"Fear of leaving" ');
  await page.getByRole('option', { name: /^near 30s/ }).waitFor();
  await query.pressSequentially('or code:Silence');
  await page.keyboard.press('Enter');
  await moments.first().waitFor();
  seen.first = await found.innerText();
  assert.equal(new URL(page.url()).searchParams.get('q'), 'code:"Fear of leaving" or code:Silence');
  seen.axeFound = await axe(page);
  await page.screenshot({ path: join(OUT_DIR, 'found.png') });
  step('a query was completed with keys and answered');

  await moments.first().getByRole('button', { name: /^Play/ }).click();
  await page.waitForFunction(() => [...document.querySelectorAll('audio')].some((one) => !one.paused && one.currentTime > 0));
  await page.getByTestId('moment-player').getByRole('button', { name: 'Pause' }).click();
  step('a moment was heard');

  await page.getByTestId('counts').getByRole('button', { name: /^client/ }).click();
  await page.waitForFunction(() => new URL(location.href).searchParams.get('q') === '(code:"Fear of leaving" or code:Silence) and role:client');
  await found.getByText(/in 4 interviews/).waitFor();
  step('kept to a role');

  await query.fill('silence and code:Silense');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Enter');
  await page.getByTestId('mistake').getByText('code:Silense').waitFor();
  seen.mistake = await page.getByTestId('mistake').innerText();
  await page.screenshot({ path: join(OUT_DIR, 'mistake.png') });
  await page.getByRole('button', { name: 'Write code:Silence' }).click();
  await found.getByText(/moments? in/).waitFor();
  assert.equal(await query.inputValue(), 'silence and code:Silence');
  step('a mistake was mended');

  await page.goto(`${BASE_URL}/find`);
  await page.getByRole('link', { name: 'silence and code:Silence' }).click();
  await moments.first().waitFor();
  step('asked again what was asked before');

  // What the browser logs by itself when a query is refused.
  seen.troubles = troubles(page).filter((one) => !/status of 422/.test(one));
  console.log(JSON.stringify(seen));
} finally {
  await browser.close();
}
