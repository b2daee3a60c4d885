/**
 * Drives signing in, roles and the accounts page of a running Lytt, and says what it saw as JSON.
 *
 *   BASE_URL   address of the service, with the accounts anna (admin), stig (steward), kode (coder)
 *   PASSWORD   of each of them
 *   INTERVIEW  study id of a finished interview
 *   OUT_DIR    where screenshots go
 *   CHROMIUM   the browser; /usr/bin/chromium when not set
 */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openPage, troubles } from './browser.mjs';

const { BASE_URL, PASSWORD, INTERVIEW, OUT_DIR = '.' } = process.env;
const seen = { steps: [] };
const step = (name) => seen.steps.push(name);
mkdirSync(OUT_DIR, { recursive: true });

const { browser, page } = await openPage({ viewport: { width: 1280, height: 800 } });
const foreign = [];
page.on('request', (request) => {
  if (!request.url().startsWith(BASE_URL) && !request.url().startsWith('data:')) foreign.push(request.url());
});
// What is refused on purpose is logged by the browser by itself.
const complaints = () => troubles(page).filter((told) => !/status of (403|409|429)/.test(told));
const alert = () => page.getByRole('alert').first();

/** Signs in with the keyboard alone: the name has the focus. */
async function signIn(name, password) {
  await page.getByLabel('Name', { exact: true }).waitFor();
  await page.waitForFunction(() => document.activeElement?.id === 'name' || document.querySelector('#name')?.value);
  await page.getByLabel('Name', { exact: true }).fill('');
  await page.getByLabel('Name', { exact: true }).focus();
  await page.keyboard.type(name);
  await page.keyboard.press('Tab');
  await page.keyboard.type(password);
  await page.keyboard.press('Enter');
}

async function signOut() {
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.getByLabel('Password', { exact: true }).waitFor();
}

async function isSignedInAs(name) {
  await page.getByTestId('who').filter({ hasText: name }).waitFor();
}

try {
  await page.goto(BASE_URL);
  await signIn('kode', 'not the password');
  await alert().waitFor();
  assert.match(await alert().innerText(), /name or the password is not right/);
  assert.equal(await page.getByLabel('Password', { exact: true }).inputValue(), '');
  assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), 'kode');
  await page.screenshot({ path: join(OUT_DIR, 'sign-in.png') });
  step('a wrong password refused');

  for (let time = 0; time < 6; time += 1) {
    await page.getByLabel('Name', { exact: true }).fill('nobody-here');
    await page.getByLabel('Password', { exact: true }).fill(`guess ${time}`);
    const answered = page.waitForResponse((answer) => answer.url().endsWith('/api/session') && answer.request().method() === 'POST');
    await page.getByLabel('Password', { exact: true }).press('Enter');
    await answered;
  }
  await page.getByRole('button', { name: /^Wait \d+ s$/ }).waitFor();
  assert.match(await alert().innerText(), /too many failed sign-ins/);
  await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor({ timeout: 15_000 });
  step('waiting told and ended');

  await signIn('kode', PASSWORD);
  await isSignedInAs('kode');
  await page.getByRole('heading', { name: 'Interviews' }).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Upload' }).count(), 0);
  assert.equal(await page.getByRole('searchbox').count(), 0);
  await page.goto(`${BASE_URL}/interviews/${INTERVIEW}`);
  await alert().waitFor();
  assert.match(await alert().innerText(), /signed in as coder.*for stewards only/);
  for (const path of ['/audio', '/utterances', '/transcript?anonymised=false', '/peaks']) {
    const status = await page.evaluate(async (address) => (await fetch(address)).status, `/api/interviews/${INTERVIEW}${path}`);
    assert.equal(status, 403, path);
  }
  await page.goto(`${BASE_URL}/accounts`);
  await page.getByText('for admins').waitFor();
  assert.equal(await page.getByTestId('events').count(), 0);
  step('a coder refused on the vault');
  const cookie = (await page.context().cookies()).find((one) => one.name === 'lytt_session');
  assert.deepEqual([cookie.httpOnly, cookie.sameSite], [true, 'Strict']);
  await signOut();
  assert.equal((await page.context().cookies()).filter((one) => one.name === 'lytt_session').length, 0);
  await page.goBack();
  await page.getByLabel('Password', { exact: true }).waitFor();
  step('signed out, and nothing comes back');

  await page.goto(BASE_URL);
  await signIn('stig', PASSWORD);
  await isSignedInAs('stig');
  await page.getByRole('heading', { name: 'Recordings', exact: true }).waitFor();
  await page.goto(`${BASE_URL}/interviews/${INTERVIEW}`);
  await page.locator('[data-testid=transcript] [data-w]').first().waitFor();
  await page.getByTestId('waveform').waitFor();
  seen.waveform = await page.getByTestId('waveform').evaluate((box) => {
    const root = box.querySelector('div')?.shadowRoot;
    return root ? getComputedStyle(root.querySelector('.wrapper')).zIndex : null;
  });
  assert.equal(seen.waveform, '2', 'the style sheet of the waveform was not let in');
  await page.keyboard.press('Space');
  await page.waitForFunction(() => document.querySelector('audio').currentTime > 1.5);
  const told = page.waitForResponse((answer) => answer.url().endsWith('/listened'));
  await page.keyboard.press('Space');
  assert.equal((await told).status(), 204);
  await page.goto(BASE_URL);
  await signOut();
  step('a steward listened');

  await signIn('anna', PASSWORD);
  await isSignedInAs('anna');
  await page.getByTestId('who').click();
  await page.getByTestId('accounts').getByText('kode').waitFor();
  const adding = page.getByRole('form', { name: 'Add an account' });
  await adding.getByLabel('Name').fill('petra');
  await adding.getByLabel('Password').fill('short');
  await adding.getByLabel('Password').evaluate((field) => field.removeAttribute('minlength'));
  await adding.getByRole('button').click();
  await alert().waitFor();
  assert.match(await alert().innerText(), /12 to 256 characters/);
  await adding.getByLabel('Password').fill('four other words here');
  await adding.getByRole('button').click();
  const petra = page.locator('[data-account=petra]');
  await petra.waitFor();
  await petra.getByRole('button', { name: 'Roles' }).click();
  const choice = page.getByRole('group', { name: 'Roles of petra' });
  await choice.getByLabel('lead').check();
  await page.getByRole('button', { name: 'Save' }).click();
  await petra.getByText('coder, lead').waitFor();
  await petra.getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('button', { name: 'Remove petra' }).click();
  await petra.waitFor({ state: 'detached' });
  step('an account added, changed and removed');

  const making = page.getByRole('form', { name: 'Make a token' });
  await making.getByLabel('Name').fill('board');
  await making.getByRole('button').click();
  assert.match(await page.getByTestId('secret').innerText(), /^lytt_/);
  await page.getByTestId('tokens').getByRole('button', { name: 'Revoke' }).click();
  await page.getByTestId('tokens').waitFor({ state: 'detached' });
  step('a token made and revoked');

  const showing = page.getByRole('form', { name: 'Show events' });
  await showing.getByLabel('What').fill('listened');
  await showing.getByLabel('On').fill(INTERVIEW);
  await showing.getByRole('button', { name: 'Show' }).click();
  const rows = page.getByTestId('events').locator('tbody tr');
  await page.waitForFunction(() => [...document.querySelectorAll('[data-testid=events] tbody tr')].every((row) => row.textContent.includes('listened')));
  seen.listened = await rows.first().innerText();
  assert.match(seen.listened, /stig\s+listened\s+/);
  assert.ok(seen.listened.includes(INTERVIEW));
  await showing.getByRole('button', { name: 'Is the log whole?' }).click();
  await page.getByText(/The log is as it was written: \d+ events/).waitFor();
  await page.screenshot({ path: join(OUT_DIR, 'accounts.png'), fullPage: true });
  step('the event log read and found whole');

  assert.deepEqual(foreign, [], 'the page asked somebody else');
  assert.deepEqual(complaints(), [], 'the page complained');
  console.log(JSON.stringify(seen, null, 2));
} catch (error) {
  await page.screenshot({ path: join(OUT_DIR, 'failure.png') }).catch(() => undefined);
  console.error(`After “${seen.steps.at(-1) ?? 'nothing'}”: ${error.stack ?? error}`);
  for (const trouble of complaints()) console.error(`The page: ${trouble}`);
  process.exitCode = 1;
} finally {
  await browser.close();
}
