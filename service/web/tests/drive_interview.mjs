/** The interview page, used: words played and followed, search, keys, links, loop, roles, release. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { until } from './browser.mjs';
import { reviewAll } from './reviewing.mjs';

const audioState = (page) =>
  page.evaluate(() => {
    const audio = document.querySelector('audio');
    return { ms: audio.currentTime * 1000, paused: audio.paused, rate: audio.playbackRate, pitchKept: audio.preservesPitch };
  });

export async function listen(page, { base, interview, out, seen, step }) {
  const parts = [];
  page.on('response', (response) => {
    if (response.url().endsWith('/audio')) parts.push({ status: response.status(), asked: response.request().headers().range });
  });
  const ask = async (path) => (await page.request.get(`${base}/api/interviews/${interview}${path}`)).json();
  const about = await ask('');
  const words = (await ask('/words')).words;
  const outline = await ask('/outline');

  // All words are there, the very first too.
  const shown = page.locator('[data-testid=transcript] [data-w]');
  await shown.first().waitFor();
  assert.equal(outline.ids.length, about.utterances);
  assert.equal(await shown.first().innerText(), words[0].text, 'the first word is not shown');
  seen.words = words.length;
  step('transcript shown from its first word');

  // Click a word: it is heard.
  const chosen = words[Math.min(6, words.length - 1)];
  await page.locator(`[data-w="${chosen.id}"]`).click();
  const start = await until(page, 'the sound plays', async () => {
    const state = await audioState(page);
    return !state.paused && state.ms >= chosen.start_ms - 1 && state;
  });
  assert.ok(start.ms < chosen.start_ms + 3000, 'it does not play from the word');
  await until(page, 'the position moves', async () => (await audioState(page)).ms > start.ms + 300);
  await until(page, 'a part of the sound is asked for', async () => parts.some((part) => part.status === 206));
  seen.rangeRequests = parts;
  assert.ok((await audioState(page)).pitchKept);
  step('clicked word plays, by a Range request');

  // The word that is heard is lit, one at a time, and it is the right one.
  const lit = new Set();
  await until(page, 'three words are lit in turn', async () => {
    const now = await page.evaluate(() => ({
      ids: [...document.querySelectorAll('[data-w][data-now]')].map((element) => Number(element.dataset.w)),
      ms: document.querySelector('audio').currentTime * 1000,
    }));
    assert.ok(now.ids.length <= 1, 'more than one word is lit');
    const word = words.find((candidate) => candidate.id === now.ids[0]);
    if (word) {
      lit.add(word.id);
      assert.ok(now.ms >= word.start_ms - 120 && now.ms <= word.end_ms + 800, `a word is lit at ${now.ms} that is heard at ${word.start_ms}`);
    }
    return lit.size >= 3;
  }, 15_000);
  seen.litWords = lit.size;
  step('the playing word is lit');
  await page.screenshot({ path: join(out, 'interview.png') });

  // Keys.
  await page.getByTestId('transcript').focus();
  await page.keyboard.press('Space');
  await until(page, 'space pauses', async () => (await audioState(page)).paused);
  await page.keyboard.press('k');
  await until(page, 'k plays', async () => !(await audioState(page)).paused);
  await page.keyboard.press('k');
  const ms = async () => (await audioState(page)).ms;
  await until(page, 'k pauses', async () => (await audioState(page)).paused);
  const before = await ms();
  await page.keyboard.press('l');
  assert.ok(Math.abs((await ms()) - Math.min(before + 5000, about.duration_ms)) < 200, 'l does not go on by 5 s');
  await page.keyboard.press('ArrowLeft');
  assert.ok(Math.abs((await ms()) - before) < 200, 'the left arrow does not go back by 5 s');
  await page.keyboard.press('>');
  assert.equal((await audioState(page)).rate, 1.25);
  await page.keyboard.press('<');
  await page.keyboard.press('<');
  assert.equal((await audioState(page)).rate, 0.75);
  await page.getByTestId('speed').selectOption('1');
  assert.equal((await audioState(page)).rate, 1);
  await page.getByTestId('transcript').focus();
  const row = () => page.locator('[data-row][data-now]').getAttribute('data-row');
  const [from, next] = [await row(), (await page.keyboard.press(']'), await row())];
  assert.equal(Number(next), Math.min(Number(from) + 1, about.utterances - 1), '] does not go to the next utterance');
  await page.keyboard.press('?');
  await page.getByRole('dialog').getByRole('heading', { name: 'Keyboard' }).waitFor();
  await page.keyboard.press('Escape');
  step('keys');

  // Search in the interview.
  const wanted = words.map((word) => word.text.replace(/[^\p{L}]/gu, '')).find((text) => text.length >= 4);
  await page.keyboard.press('/');
  await page.keyboard.type(wanted);
  await until(page, 'a hit is marked', async () => (await page.locator('[data-w].hit-now').count()) === 1);
  const total = Number((await page.getByTestId('hit-count').innerText()).split(' of ')[1]);
  const expected = (await (await page.request.get(`${base}/api/search`, { params: { q: `${wanted}*`, interview } })).json()).moments;
  assert.equal(total, expected.reduce((sum, moment) => sum + moment.matches.length, 0), 'the page finds other hits than the service');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  seen.search = { hits: total };
  step('search in the interview');

  // A stretch, chosen with two words, goes round.
  await page.keyboard.press('Home');
  const run = words.filter((word) => word.start_ms < words[0].start_ms + 6000);
  const [first, last] = [run[0], run[Math.min(3, run.length - 1)]];
  await page.getByTestId('transcript').evaluate((element) => element.scrollTo(0, 0));
  await page.locator(`[data-w="${first.id}"]`).click();
  await page.locator(`[data-w="${last.id}"]`).click({ modifiers: ['Shift'] });
  await page.getByTestId('stretch').waitFor();
  const rounds = [];
  let highest = 0;
  await until(page, 'the stretch is played twice', async () => {
    const at = await ms();
    if (at < highest - 100) {
      rounds.push(Math.round(highest));
      highest = 0;
    }
    highest = Math.max(highest, at);
    return rounds.length >= 2;
  }, 20_000);
  for (const end of rounds) assert.ok(end < last.end_ms + 400, `the loop ran on to ${end}`);
  seen.loop = { fromMs: first.start_ms, toMs: last.end_ms, turnedAtMs: rounds };
  await page.screenshot({ path: join(out, 'loop.png') });
  const clip = await page.getByTestId('stretch').locator('a[href*=clip]').first().getAttribute('href');
  const sound = await page.request.get(base + clip);
  assert.equal(sound.status(), 200, 'the clip is not given');
  seen.clipBytes = (await sound.body()).length;
  await page.getByTestId('transcript').focus();
  await page.keyboard.press('Escape');
  await page.getByTestId('stretch').waitFor({ state: 'detached' });
  await page.keyboard.press('Space');
  step('a stretch loops, is a clip, is cleared');

  // A link to a time, copied and opened.
  await page.locator('[data-row="1"]').first().hover();
  await page.locator('[data-row="1"] [data-copy]').click();
  const at = outline.start_ms[1];
  await until(page, 'the address names the time', async () => new URL(page.url()).hash === `#t=${at / 1000}`);
  await page.goto(`${base}/interviews/${interview}#t=${(at + 10) / 1000}`);
  await page.reload();
  await page.locator('audio').waitFor({ state: 'attached' });
  await until(page, 'the linked time is where it stands', async () => Math.abs((await ms()) - at - 10) < 60);
  await page.locator('[data-row="1"][data-now]').waitFor();
  seen.link = `#t=${(at + 10) / 1000}`;
  step('a link opens at its time');
  await page.goto(`${base}/interviews/${interview}#t=${at / 1000},${(at + 1500) / 1000}`);
  await page.reload();
  await page.getByTestId('stretch').waitFor();
  // Still chosen once the waveform, which draws it, is there.
  await page.locator('[data-testid=waveform] canvas').first().waitFor({ state: 'attached' });
  await page.waitForTimeout(500);
  assert.equal(await page.getByTestId('stretch').count(), 1, 'the waveform loses the linked stretch');
  step('a link opens with its stretch');

  // Roles, with undo; reading as coders will; release and taking it back.
  const role = page.getByRole('combobox', { name: /^Role of S1/ });
  const roleBefore = await role.inputValue();
  await role.selectOption('other');
  await page.getByText('S1 is now: other.').waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await until(page, 'the role is as before', async () => (await role.inputValue()) === roleBefore);
  await page.getByRole('button', { name: /^As coders/ }).click();
  const redactions = (await ask('/redactions')).redactions;
  if (redactions.length) await page.getByText(redactions[0].placeholder).first().waitFor();
  await reviewAll(page, base, interview);
  await page.getByTestId('release').click();
  await page.getByTestId('confirm-release').click();
  await page.getByText('Released. Coders can read it now.').waitFor();
  await page.screenshot({ path: join(out, 'released.png') });
  await page.getByRole('button', { name: 'Take back…' }).click();
  await page.getByRole('button', { name: 'Take it back' }).click();
  await page.getByText('Taken back. Coders no longer see it.').waitFor();
  seen.redactions = redactions.length;
  step('roles, anonymised reading, release');

  // Search over all interviews, to the moment.
  await page.goto(`${base}/search?q=${encodeURIComponent(wanted)}`);
  await page.locator('mark').first().waitFor();
  await page.locator('a.moment').first().click();
  await until(page, 'the moment is opened', async () => /#t=/.test(page.url()) && (await page.locator('[data-row][data-now]').count()) > 0).catch(async (error) => { throw new Error(`${error.message}: ${page.url()}`); });
  step('search over all interviews opens the moment');
}
