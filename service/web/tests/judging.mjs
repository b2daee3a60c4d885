/** Markers judged in the page, by the keyboard and by buttons. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { until } from './browser.mjs';

export async function judge(page, { base, interview, out, note }) {
  const markers = async () => (await (await page.request.get(`${base}/api/interviews/${interview}/judgements`)).json()).markers;
  const saved = () => page.locator('[data-testid=marker-bar] [data-saving=saved]').waitFor();
  const judged = (words) => page.getByTestId('judged').filter({ hasText: words }).waitFor();
  await page.goto(`${base}/interviews/${interview}`);
  const chips = page.locator('[data-testid=transcript] :is([data-marker], [data-sign])');
  await chips.first().waitFor();
  const before = await markers();
  assert.ok(before.length >= 2, 'there are markers to judge');

  // Opened by the keyboard: it plays with a lead, and says its numbers.
  await chips.first().focus();
  await page.keyboard.press('Enter');
  const bar = page.getByTestId('marker-bar');
  await bar.getByText(before[0].sentence).waitFor();
  await page.waitForFunction(() => !document.querySelector('audio').paused);
  const at = await page.evaluate(() => document.querySelector('audio').currentTime * 1000);
  assert.ok(at < before[0].start_ms, 'it is heard in its place');

  await page.keyboard.press('y');
  await judged('Confirmed');
  await saved();
  await bar.getByLabel('Note').fill(note);
  await page.keyboard.press('Tab');
  await page.waitForFunction(async ([url, wanted]) => (await (await fetch(url)).json()).markers[0].said?.note === wanted, [`/api/interviews/${interview}/judgements`, note]);
  await bar.getByRole('button', { name: 'Next marker' }).click();
  await bar.getByText(before[1].sentence).first().waitFor();
  await page.keyboard.press('n');
  await judged('Rejected');
  await saved();
  await until(page, 'a rejected marker is not in the text', async () => (await chips.count()) === before.length - 1);
  await page.screenshot({ path: join(out, 'judging.png') });
  await page.keyboard.press('u');
  await chips.nth(before.length - 1).waitFor();
  await page.keyboard.press('Shift+U');
  await judged('Rejected');
  await page.keyboard.press('k');
  await judged('Confirmed');
  assert.deepEqual((await markers()).slice(0, 2).map((one) => one.judged), ['confirmed', 'rejected']);

  // Rejected ones are found again where somebody asks for them.
  if (!(await page.getByTestId('said').count())) await page.getByRole('button', { name: 'Markers and details' }).click();
  await page.getByTestId('said').selectOption('rejected');
  await page.locator('.marker.rejected').click();
  await bar.getByRole('button', { name: 'Neither' }).click();
  await page.getByText('No marker was rejected.').waitFor();
  await page.getByTestId('said').selectOption('any');

  await page.getByTestId('add-marker').click();
  const form = page.locator('form:has([data-testid=add-marker-now])');
  await form.getByLabel('What').selectOption('voice');
  await form.getByLabel('Which').selectOption('whisper');
  await page.screenshot({ path: join(out, 'adding.png') });
  await page.getByTestId('add-marker-now').click();
  await judged('Added by a person');
  await saved();
  assert.deepEqual((await markers()).filter((one) => one.kind === 'voice').map((one) => one.subtype), ['whisper']);
  await page.keyboard.press('Escape');
  await bar.waitFor({ state: 'detached' });
  // Without an open marker the keys are those of the page.
  await page.evaluate(() => document.activeElement?.blur());
  const paused = await page.evaluate(() => document.querySelector('audio').paused);
  await page.keyboard.press('k');
  await page.waitForFunction((was) => document.querySelector('audio').paused !== was, paused);
}
