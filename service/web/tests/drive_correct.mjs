/** Correcting in the page: words, utterances, speakers, undo; doubtful words; clean reading. */
import assert from 'node:assert/strict';
import { join } from 'node:path';

export async function correct(page, { base, interview, out, seen, step }) {
  const ask = async (path) => (await page.request.get(`${base}/api/interviews/${interview}${path}`)).json();
  const lines = async () =>
    (await ask('/utterances?limit=2000')).utterances.map((one) => `${one.speaker}: ${one.words.map((word) => word.text).join(' ')}`);
  const word = (id) => page.locator(`[data-testid=transcript] [data-w="${id}"]`);
  const saved = () => page.locator('[data-saving=saved]').waitFor();
  const press = async (...keys) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  /** Does something that is saved, and waits until the vault has it. */
  const made = async (act) => {
    const before = (await ask('')).revision;
    await act();
    for (let time = 0; (await ask('')).revision === before; time += 1) {
      assert.ok(time < 200, 'it was never saved');
      await page.waitForTimeout(50);
    }
    await saved();
  };

  await page.goto(`${base}/interviews/${interview}`);
  await word((await ask('/words')).words[0].id).waitFor();
  const start = await lines();
  const first = (await ask('/utterances?limit=3')).utterances[1];

  await press('e');
  await page.getByTestId('correct-bar').waitFor();
  await word(first.words[0].id).click();
  await press('Enter');
  const field = page.getByLabel('The words', { exact: true });
  assert.equal(await field.inputValue(), first.words[0].text);
  await field.fill('Zebra crossing');
  await made(() => press('Enter'));
  assert.match(await page.locator('[data-testid=transcript]').innerText(), /Zebra crossing/);
  assert.ok((await lines()).some((line) => line.includes('Zebra crossing')));
  assert.equal(await page.locator('[data-w].picked').innerText(), 'Zebra');
  step('a word corrected with the keyboard');

  await press('ArrowRight', 'ArrowRight');
  await made(() => press('s'));
  assert.equal((await lines()).length, start.length + 1);
  step('an utterance split');
  const labels = (await ask('')).speakers.map((one) => one.label);
  const whose = (await ask('/utterances?limit=2000')).utterances.find((one) => one.words.some((w) => w.text === 'Zebra')).speaker;
  const other = labels.findIndex((label) => label !== whose) + 1;
  await made(() => press(`Shift+Digit${other}`));
  assert.deepEqual((await ask('/corrections')).corrections.slice(0, 3).map((one) => one.kind), ['speaker', 'split', 'words']);
  await page.screenshot({ path: join(out, 'correcting.png') });
  step('an utterance given to the other speaker');

  await page.getByTestId('names-outdated').waitFor();
  assert.equal(await page.request.post(`${base}/api/interviews/${interview}/release`).then((answer) => answer.status()), 409);
  await page.getByRole('button', { name: 'Look for names again' }).click();
  await page.getByTestId('names-outdated').waitFor({ state: 'detached', timeout: 60_000 });
  step('names looked for in the corrected words');

  for (let time = 0; time < 3; time += 1) await made(() => press('Control+z'));
  assert.deepEqual(await lines(), start);
  await made(() => press('Control+Shift+z'));
  await made(() => press('Control+z'));
  assert.deepEqual(await lines(), start);
  step('all of it undone');

  if (!(await page.getByRole('tab', { name: 'Corrections' }).count())) await page.getByRole('button', { name: 'Markers and details' }).click();
  await page.getByRole('tab', { name: 'Corrections' }).click();
  await page.locator('li.undone').nth(2).waitFor();
  await press('Escape');
  assert.equal(await page.getByTestId('correct-bar').count(), 0);

  await press('d', '.');
  await page.screenshot({ path: join(out, 'doubtful.png') });
  await press('d');
  const disfluent = (await ask('/words')).words.filter((one) => one.disfluency !== null);
  await press('c');
  for (const one of disfluent.slice(0, 3)) assert.equal(await word(one.id).count(), 0, 'clean reading shows a disfluent word');
  await press('c');
  seen.disfluent = disfluent.length;
  step('doubtful words and clean reading');
}
