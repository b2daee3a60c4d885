/**
 * Drives the page of names as a steward would (tests/e2e/test_identities.py), and says what it saw as JSON. Ends with 1
 * and a message when something is not as it should be.
 *
 *   BASE_URL   address of the service
 *   OUT_DIR    where screenshots go
 *   CHROMIUM   the browser; /usr/bin/chromium when not set
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { axe, openPage, SCREENS, troubles, until } from './browser.mjs';

const { BASE_URL, OUT_DIR = '.' } = process.env;
const steps = [];
const { browser, page } = await openPage({ ...SCREENS.desk, bypassCSP: true });
page.setDefaultTimeout(30_000);
const row = (id) => page.locator(`[data-identity="${id}"]`);

try {
  await page.goto(`${BASE_URL}/identities`);
  await row(1).waitFor();
  assert.match(await row(1).innerText(), /\[NAME-1\][\s\S]*anna hansen[\s\S]*2 in 2/);
  assert.equal(await page.getByRole('link', { name: 'Names' }).getAttribute('aria-current'), 'page');
  steps.push('listed');

  await page.getByLabel('Find').fill('berg');
  await row(1).waitFor({ state: 'detached' });
  await page.getByLabel('Find').fill('');
  await page.getByRole('search').getByRole('combobox').selectOption('PLACE');
  await row(1).waitFor({ state: 'detached' });
  await page.getByRole('search').getByRole('combobox').selectOption('');
  await row(1).waitFor();
  steps.push('found and filtered');

  await row(2).getByRole('button', { name: '[NAME-2]', exact: true }).click();
  await page.keyboard.type('the neighbour');
  await page.keyboard.press('Enter');
  await row(2).getByText('the neighbour').waitFor();
  await page.getByText('2 interviews changed').waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await row(2).getByText('[NAME-2]').waitFor();
  steps.push('renamed and undone');

  await row(1).getByRole('checkbox').check();
  await row(2).getByRole('checkbox').check();
  await page.keyboard.press('m');
  await row(2).waitFor({ state: 'detached' });
  await row(1).getByText('kari').waitFor();
  steps.push('merged by M');

  await row(1).getByRole('button', { name: 'Open [NAME-1]' }).click();
  const detail = page.getByTestId('identity');
  await detail.getByText('I saw Anna Hansen and').first().waitFor();
  assert.match(await detail.getByRole('link').first().getAttribute('href'), /^\/interviews\/D07-C1#t=/);
  await page.screenshot({ path: join(OUT_DIR, 'identities.png'), fullPage: true });
  assert.deepEqual(await axe(page), []);
  await detail.getByLabel('kari (D07)').check();
  await detail.getByRole('button', { name: 'Split off' }).click();
  await row(3).or(row(4)).or(row(5)).first().waitFor();
  await page.getByText('Split off.').waitFor();
  steps.push('split');

  const [mention] = (await (await page.request.get(`${BASE_URL}/api/identities/1`)).json()).mentions;
  const second = (await (await page.request.get(`${BASE_URL}/api/identities`)).json()).identities.find((one) => one.label === 'NAME' && one.id !== 1);
  await detail.getByRole('button', { name: 'Somebody else…' }).first().click();
  await detail.getByLabel('This is').selectOption(String(second.id));
  await detail.getByRole('button', { name: 'Move this mention' }).click();
  await page.getByText('This mention is somebody else now.').waitFor();
  const mentionsOf = async (id) => (await (await page.request.get(`${BASE_URL}/api/identities/${id}`)).json()).mentions;
  assert.ok((await mentionsOf(second.id)).some((one) => one.interview === mention.interview && one.id === mention.id));
  await page.locator('.toast').filter({ hasText: 'somebody else now' }).getByRole('button', { name: 'Undo' }).click();
  await until(page, 'it is as it was', async () => (await mentionsOf(1)).some((one) => one.id === mention.id && one.interview === mention.interview));
  steps.push('a mention is moved to somebody who is known, and back');

  const standIn = async () => (await (await page.request.get(`${BASE_URL}/api/identities`)).json()).identities.find((one) => one.id === 1).stand_in;
  const numbered = await standIn();
  await page.getByLabel('Stand-ins are').selectOption('realistic');
  await page.getByText('Stand-ins are of another style now.').waitFor();
  assert.notEqual(await standIn(), numbered);
  await page.getByLabel('Dates are').waitFor();
  await page.screenshot({ path: join(OUT_DIR, 'identities-realistic.png') });
  await page.locator('.toast').filter({ hasText: 'another style' }).getByRole('button', { name: 'Undo' }).click();
  await until(page, 'stand-ins are numbers again', async () => (await standIn()) === numbered);
  steps.push('the style of stand-ins is changed and changed back');

  await page.getByLabel('Known beforehand').fill('Lovisenberg');
  await page.getByRole('form').getByRole('combobox').selectOption('ORGANISATION');
  await page.getByRole('button', { name: 'Put on the list' }).click();
  await page.getByText('lovisenberg').waitFor();
  await page.getByTestId('look-again').waitFor();
  steps.push('listed beforehand');

  await page.emulateMedia({ colorScheme: 'dark' });
  await page.screenshot({ path: join(OUT_DIR, 'identities-dark.png'), fullPage: true });
  assert.deepEqual(await axe(page), []);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.screenshot({ path: join(OUT_DIR, 'identities-phone.png') });
  assert.deepEqual(troubles(page), []);
  console.log(JSON.stringify({ steps }));
} catch (error) {
  await page.screenshot({ path: join(OUT_DIR, 'identities-failed.png') });
  console.error(error);
  process.exitCode = 1;
} finally {
  await browser.close();
}
