/**
 * Withdraws a participant of a study that `tests/e2e/study_seed.py` made, and says what it saw as JSON.
 *
 *   BASE_URL  address of the service
 *   OUT_DIR   where screenshots go
 *   CHROMIUM  the browser; /usr/bin/chromium when not set
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { axe, openPage, SCREENS, troubles } from './browser.mjs';

const { BASE_URL: base, OUT_DIR = '.' } = process.env;
const seen = { steps: [] };
const step = (name) => seen.steps.push(name);

const { browser, page } = await openPage({ ...SCREENS.desk, bypassCSP: true, acceptDownloads: true });
page.setDefaultTimeout(30_000);
const shot = (name) => page.screenshot({ path: join(OUT_DIR, `${name}.png`) });
const dialog = page.getByRole('dialog');
const button = (name) => dialog.getByRole('button', { name });
const plan = page.getByTestId('withdrawal-plan');

async function download(name) {
  const coming = page.waitForEvent('download');
  await button(name).click();
  const file = await coming;
  return { name: file.suggestedFilename(), text: readFileSync(await file.path(), 'utf8') };
}

try {
  await page.goto(base);
  const due = page.getByTestId('due');
  await due.waitFor();
  assert.match(await due.innerText(), /1 interview of D03-T might be kept until 2023-02-09/);
  await shot('due');
  await due.getByRole('link', { name: 'Go to D03-T' }).first().click();
  await page.getByRole('heading', { name: 'D03-T', level: 1 }).waitFor();
  step('what is due leads from the board to the participant');

  // It was read out of Lytt once, which the plan must say.
  const held = await (await page.request.get(`${base}/api/interviews`)).json();
  const { id } = held.interviews.find((one) => one.name === 'D03-T1');
  assert.ok((await page.request.get(`${base}/api/interviews/${id}/transcript?format=text`)).ok());

  await page.getByRole('button', { name: 'Withdraw…' }).click();
  await plan.getByText('Encrypted files').or(plan.getByText('Interviews', { exact: true })).first().waitFor();
  assert.match(await plan.innerText(), /Interviews\s+2\b/);
  assert.match(await plan.innerText(), /Taken out of Lytt[\s\S]*Transcript/);
  await shot('plan');
  assert.deepEqual(await axe(page), []);
  await dialog.getByRole('combobox', { name: 'Which interview' }).selectOption('D03-T2');
  await plan.getByText('Nothing that Lytt holds').or(plan.getByText(/^Interviews$/)).first().waitFor();
  assert.match(await plan.innerText(), /Interviews\s+1\b/);
  await dialog.getByRole('radio', { name: 'Everything' }).check();
  step('the plan follows the scope');

  await button('Go on…').click();
  await dialog.getByText('This can’t be undone').or(dialog.getByText("This can't be undone.")).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'withdraw-title');
  const erase = button('Withdraw and erase');
  assert.ok(await erase.isDisabled());
  await dialog.getByLabel(/^Type/).fill('D03-C');
  assert.ok(await erase.isDisabled(), 'another id is not enough');
  await dialog.getByLabel(/^Type/).fill('D03-T');
  await page.emulateMedia({ colorScheme: 'dark' });
  await shot('confirm-dark');
  assert.deepEqual(await axe(page), []);
  await page.emulateMedia({ colorScheme: 'light' });
  await page.keyboard.press('Enter');
  await page.getByTestId('erased').waitFor();
  await dialog.getByText('To be destroyed by whoever has it').waitFor();
  await shot('erased');
  assert.deepEqual(await axe(page), []);
  step('the id is typed, and it is erased');

  const signed = await download('Signed (JSON)');
  assert.equal(signed.name, 'lytt-receipt-1.json');
  assert.ok(JSON.parse(signed.text));
  const readable = await download('To read (text)');
  assert.match(readable.text, /^Receipt of erasure/);
  assert.doesNotMatch(readable.text, /D03/);
  step('the receipt comes as two files');

  await page.keyboard.press('Escape');
  await page.getByTestId('withdrawals').getByText('Everything of D03-T').waitFor();
  await page.reload();
  const list = page.getByTestId('withdrawals');
  assert.match(await list.innerText(), /Everything of D03-T[\s\S]*erased/);
  await shot('participant');
  await list.getByRole('button').click();
  await dialog.getByText('What it says').waitFor();
  await dialog.getByText('To be destroyed by whoever has it').waitFor();
  step('it stays on the page of the participant');

  await page.goto(`${base}/participants/D03-C`);
  await page.getByRole('button', { name: 'Withdraw…' }).click();
  await plan.getByText('Your own file in the watched folder').waitFor();
  await dialog.getByRole('combobox', { name: 'Which use' }).selectOption('quote');
  await plan.getByText('Nothing that Lytt holds.').waitFor();
  await dialog.getByRole('combobox', { name: 'Which interview' }).selectOption('D03-C1');
  await plan.getByText('D03-C1.wav').waitFor();
  await button('Go on…').click();
  await dialog.getByLabel(/^Type D03-C1/).fill('D03-C1');
  await button('Withdraw and erase').click();
  await page.getByTestId('files-left').getByText('D03-C1.wav').waitFor();
  await shot('files-left');
  await button('Delete these files').click();
  await button('Leave them').click();
  await button('Delete these files').click();
  await button('Yes, delete them').click();
  await dialog.getByText('No file of yours is left in the watched folder.').waitFor();
  await page.keyboard.press('Escape');
  await page.getByTestId('withdrawals').getByText('The interview D03-C1').waitFor();
  step('an interview alone, with its file in the folder, which a person deletes');
  assert.deepEqual(troubles(page), []);
} catch (error) {
  await shot('failed');
  throw error;
} finally {
  await browser.close();
}
console.log(JSON.stringify(seen));
