/**
 * Drives what the page knows of a study that `tests/e2e/study_seed.py` made, and says what it saw as JSON.
 *
 *   BASE_URL  address of the service
 *   GUIDES    the folder with the guides
 *   OUT_DIR   where screenshots go
 *   CHROMIUM  the browser; /usr/bin/chromium when not set
 */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { axe, openPage, SCREENS, troubles, until, watchTroubles } from './browser.mjs';
import { reviewAll } from './reviewing.mjs';

const { BASE_URL: base, GUIDES, OUT_DIR = '.' } = process.env;
const seen = { steps: [] };
const step = (name) => seen.steps.push(name);

const ask = async (page, path) => (await page.request.get(`${base}/api/interviews/${path}`)).json();
const tab = async (page, name) => {
  await page.getByTestId('facts').waitFor();
  if (!(await page.getByRole('tab', { name }).count())) await page.getByRole('button', { name: 'Markers and details' }).click();
  await page.getByRole('tab', { name }).click();
};
const open = async (page, name) => {
  await page.goto(`${base}/interviews/${name}`);
  await page.locator('[data-testid=transcript] [data-w]').first().waitFor();
  await page.getByTestId('facts').waitFor();
};
const undo = (page, said) => page.locator('.toast').filter({ hasText: said }).last().getByRole('button', { name: 'Undo' }).click();
const shot = (page, name) => page.screenshot({ path: join(OUT_DIR, `${name}.png`) });

async function voices(page) {
  await open(page, 'D03-T2');
  const role = (label) => page.getByRole('combobox', { name: new RegExp(`^Role of ${label}`) }).locator('option:checked').innerText();
  assert.equal(await role('S2'), 'Therapist D03-T?', 'the participant is not named by role and id');
  await page.getByRole('button', { name: /^Confirm that S1 is interviewer I1/ }).click();
  await page.getByText('S1 is interviewer I1.').waitFor();
  await until(page, 'the role follows', async () => (await role('S1')) === 'Interviewer I1');
  await until(page, 'who asked follows', async () => (await page.getByTestId('facts').innerText()).includes('asked by I1'));
  await undo(page, 'S1 is interviewer I1.');
  await until(page, 'the voice is unconfirmed', async () => !(await ask(page, 'D03-T2/voices')).voices[0].confirmed);
  await until(page, 'the role is a suggestion again', async () => (await role('S1')).endsWith('?'));
  await until(page, 'nobody asked', async () => (await ask(page, 'D03-T2/place')).interviewer === null);
  step('a voice is confirmed with a click beside the speakers, and undone');

  await tab(page, 'Voices');
  const voice = (label) => page.locator(`[data-voice=${label}]`);
  assert.match(await voice('S1').innerText(), /Perhaps interviewer I1[\s\S]*Sounds like I1 in D03-T1\. Score 1\.00, where 1 is the same/);
  await shot(page, 'voices');
  await voice('S2').getByRole('button', { name: 'Confirm D03-T' }).click();
  await voice('S2').getByText('Confirmed').waitFor();
  await voice('S1').getByRole('combobox').selectOption('I2');
  await page.getByText('S1 is interviewer I2.').waitFor();
  assert.equal((await ask(page, 'D03-T2/voices')).voices[0].person, 'I2');
  await voice('S1').getByRole('button', { name: 'Take back' }).click();
  await until(page, 'it is taken back', async () => !(await ask(page, 'D03-T2/voices')).voices[0].confirmed);
  await voice('S1').getByRole('button', { name: 'Confirm I1' }).click();
  await voice('S1').getByText('Confirmed').waitFor();
  await voice('S2').getByRole('button', { name: 'Hear S2' }).click();
  await until(page, 'the voice is heard', () => page.evaluate(() => !document.querySelector('audio').paused));
  await page.getByTestId('play').click();
  step('another person is chosen, taken back, and the voice is heard');

  await open(page, 'D03-C1');
  await tab(page, 'Voices');
  await voice('S1').getByText('Unknown voice').waitFor();
  assert.match(await page.getByTestId('facts').innerText(), /client D03-C\s*covers C1 and C2/);
  await open(page, 'D07-T1');
  await tab(page, 'Voices');
  assert.match(await page.getByTestId('why-not').innerText(), /has not consented/);
  step('the unknown is said to be unknown, and why voices are not compared');
}

async function mismatch(page) {
  await open(page, 'D05-T1');
  await page.locator('header').getByTestId('mismatch').getByText('S2 sounds like D03-T, and the recording is filed as D05-T.').waitFor();
  await shot(page, 'mismatch');
  await page.getByTestId('release').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByTestId('mismatch').waitFor();
  assert.ok(await page.getByTestId('confirm-release').isDisabled(), 'it could be released');
  await shot(page, 'mismatch-release');
  await dialog.getByRole('button', { name: 'Move the interview' }).click();
  await page.getByLabel('Study id').waitFor();
  await page.getByTestId('release').click();
  await dialog.getByRole('button', { name: 'Confirm whose voices they are' }).click();
  await page.locator('[data-voice=S2]').getByRole('combobox').selectOption('D05-T');
  await page.locator('header').getByTestId('mismatch').waitFor({ state: 'detached' });
  await reviewAll(page, base, 'D05-T1');
  await page.getByTestId('release').click();
  await page.getByTestId('confirm-release').click();
  await page.getByText('Released. Coders can read it now.').waitFor();
  step('a mismatch stands in the page and in the way of the release until the voice is confirmed');
}

async function guide(page) {
  await open(page, 'D03-T2');
  await tab(page, 'Guide');
  const coverage = page.getByTestId('coverage');
  await until(page, 'four of five are asked', async () => (await coverage.innerText()).startsWith('4 of 5 asked'));
  const item = (text) => page.getByTestId('guide').locator('li').filter({ has: page.getByRole('button', { name: text }) });
  assert.match(await item('How did the therapy begin').innerText(), /very likely, answer 11 s/);
  assert.match(await item('How do you imagine the end').innerText(), /Left open/);
  await shot(page, 'guide');

  const focused = () => page.evaluate(() => document.activeElement?.dataset.question ?? null);
  const state = async (key) => (await ask(page, 'D03-T2/guide')).questions.find((one) => one.key === `therapist-2/${key}`).places.map((one) => one.state).join();
  await page.locator('[data-question]').first().focus();
  await page.keyboard.press('j');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('k');
  assert.equal(await focused(), 'therapist-2/turning-points');
  await page.keyboard.press('Enter');
  await until(page, 'it plays from the question', () =>
    page.evaluate(() => !document.querySelector('audio').paused && Math.abs(document.querySelector('audio').currentTime - 19.96) < 3),
  );
  await page.getByTestId('play').click();
  await page.locator('[data-question="therapist-2/turning-points"]').focus();
  await page.keyboard.press('c');
  await until(page, 'the place is confirmed', async () => (await state('turning-points')) === 'confirmed');
  assert.equal(await page.getByRole('button', { name: 'Clean', exact: true }).getAttribute('aria-pressed'), 'false', 'c also asked for clean reading');
  await undo(page, 'Question 2 was asked at 0:19.');
  await until(page, 'the confirmation is undone', async () => (await state('turning-points')) === 'suggested');
  await page.locator('[data-question="therapist-2/supervision"]').focus();
  await page.keyboard.press('r');
  await until(page, 'the place is rejected', async () => (await state('supervision')) === 'rejected');
  await until(page, 'one less is asked', async () => (await coverage.innerText()).startsWith('3 of 5 asked'));
  await item('What part did supervision play').getByText('1 rejected').waitFor();
  step('the guide with the keyboard: between questions, heard, confirmed, rejected, undone');

  // The keys are the page's own again outside the panel.
  await page.getByTestId('transcript').focus();
  await page.keyboard.press('c');
  assert.equal(await page.getByRole('button', { name: 'Clean', exact: true }).getAttribute('aria-pressed'), 'true');
  await page.keyboard.press('c');
  await page.keyboard.press('?');
  await page.getByRole('dialog').getByText('hear where it was asked').waitFor();
  await page.keyboard.press('Escape');
  step('outside the panel its keys are the page’s; the help lists them');

  await page.locator('[data-row="8"]').hover();
  await page.locator('[data-row="8"] [data-ask]').click();
  await shot(page, 'asked-here');
  await page.getByRole('dialog').getByRole('button', { name: /How do you imagine the end/ }).click();
  await until(page, 'the question has a place', async () => (await state('ending')) === 'confirmed');
  await item('How do you imagine the end').getByRole('button', { name: 'Take away' }).click();
  await until(page, 'it is taken away', async () => (await state('ending')) === '');
  await undo(page, 'is taken away.');
  await until(page, 'and back', async () => (await state('ending')) === 'confirmed');
  await page.locator('[data-question="therapist-2/supervision"]').focus();
  await page.locator('[data-row="6"] [data-play]:not([data-marker], [data-sign])').first().click();
  await page.getByTestId('play').click();
  await item('What part did supervision play').getByRole('button', { name: /^Asked here, at 0:4/ }).click();
  await until(page, 'asked where it is heard', async () => (await state('supervision')) === 'rejected,confirmed');
  await undo(page, 'Question 4 was asked at');
  await until(page, 'undone', async () => (await state('supervision')) === 'rejected');
  step('a question is placed from an utterance and from the panel');

  const file = join(GUIDES, 'therapist-2.toml');
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace('What part did supervision play?', 'What did supervision give you?'));
  await page.reload();
  await tab(page, 'Guide');
  await page.getByTestId('outdated').waitFor();
  await shot(page, 'guide-outdated');
  await page.getByRole('button', { name: 'Search again' }).click();
  await page.getByRole('button', { name: 'Searching…' }).waitFor();
  await page.getByTestId('outdated').waitFor({ state: 'detached', timeout: 90_000 });
  assert.equal(await state('supervision'), 'rejected', 'what was rejected is suggested again');
  assert.equal(await state('ending'), 'confirmed');
  assert.match(await state('turning-points'), /suggested/);
  step('a changed guide is searched again; what a person said stays');

  await open(page, 'D03-C1');
  await tab(page, 'Guide');
  const broken = page.getByTestId('guide-problem').filter({ hasText: 'client-1.toml' });
  await broken.getByText('line 4, question[1].id: An id has letters, digits, - and _, such as turning-points.').waitFor();
  await shot(page, 'guide-broken');
  writeFileSync(join(GUIDES, 'client-1.toml'), readFileSync(join(GUIDES, 'client-1.toml'), 'utf8').replace('why now', 'why-now'));
  await broken.getByRole('button', { name: 'look again' }).click();
  await page.getByTestId('not-searched').waitFor();
  await page.getByText('What brought you here?').waitFor();
  step('a guide that is broken says where, and is read again once mended');
}

async function place(page) {
  await open(page, 'D03-T2');
  await tab(page, 'About');
  await page.getByTestId('distance').getByText('60 days after T1.').waitFor();
  await page.getByLabel('Held on').fill('2023-03-21');
  await page.getByText('Held on 21 Mar 2023.').waitFor();
  await page.getByTestId('distance').getByText('70 days after T1.').waitFor();
  await undo(page, 'Held on 21 Mar 2023.');
  await page.getByTestId('distance').getByText('60 days after T1.').waitFor();
  await page.getByLabel('Who asked').selectOption('I3');
  await page.getByText('I3 asked.').waitFor();
  await undo(page, 'I3 asked.');
  await until(page, 'who asked is as before', async () => (await ask(page, 'D03-T2/place')).interviewer === 'I1');
  await shot(page, 'about');
  step('day and who asked are set and undone');

  await page.getByRole('button', { name: 'Move…' }).click();
  await page.getByLabel('Study id').fill('D03-T1');
  await page.getByRole('button', { name: 'Move it there' }).click();
  await page.getByRole('alert').getByText('Another interview is already called D03-T1.').waitFor();
  await page.getByLabel('Study id').fill('D03-T3');
  await page.getByRole('button', { name: 'Move it there' }).click();
  await page.waitForURL('**/interviews/D03-T3');
  await page.getByRole('heading', { name: 'D03-T3' }).waitFor();
  await undo(page, 'Filed as D03-T3.');
  await page.waitForURL('**/interviews/D03-T2');
  await page.getByRole('heading', { name: 'D03-T2' }).waitFor();
  await page.getByRole('button', { name: 'Move…' }).click();
  await page.getByLabel('Study id').fill('D03-T3');
  await page.getByRole('button', { name: 'Let it cover this one too' }).click();
  await page.getByTestId('place').getByText('D03-T2, covers T2 and T3').waitFor();
  await undo(page, 'Filed as D03-T2 and D03-T3.');
  await until(page, 'it covers one again', async () => (await ask(page, 'D03-T2/place')).covers.length === 1);
  await open(page, 'D07-T1');
  await tab(page, 'About');
  await page.getByRole('button', { name: 'Take out' }).click();
  await page.getByTestId('place').getByText('it waits in the tray').waitFor();
  await undo(page, 'Taken out of its place');
  await page.waitForURL('**/interviews/D07-T1');
  step('the interview is moved, covers two, is taken out, and each is undone');
}

async function search(page) {
  await page.goto(`${base}/search?q=the&group=D03&role=client&wave=2`);
  const status = page.getByRole('main').getByRole('status');
  await status.getByText('3 moments in 1 interview').waitFor();
  assert.deepEqual(await page.getByRole('list', { name: 'Filters' }).locator('li').allInnerTexts(), ['group D03', 'client', 'wave 2']);
  assert.match(await page.locator('.moment').nth(1).innerText(), /Client/);
  await page.getByLabel('Said by').selectOption('interviewer');
  await page.waitForURL('**/search?q=the&group=D03&role=client&wave=2&speaker=interviewer');
  await status.getByText('1 moment in 1 interview').waitFor();
  await page.getByRole('button', { name: 'Remove the filter: wave 2' }).click();
  await page.getByRole('button', { name: 'Remove the filter: client' }).click();
  await page.waitForURL('**/search?q=the&group=D03&speaker=interviewer');
  await status.getByText('3 moments in 3 interviews').waitFor();
  await page.getByRole('searchbox').fill('moment');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/search?q=moment&group=D03&speaker=interviewer');
  await page.goto(`${base}/search?role=gardener`);
  await page.getByRole('alert').getByText('There is no such role').waitFor();
  await page.goto(`${base}/search?role=client&wave=2`);
  await page.getByRole('link', { name: 'D03-C1' }).waitFor();
  await shot(page, 'search-listing');
  step('search by group, role, wave and speaker, kept in the address; without words the interviews');
}

/** Every new panel, on a desk and on a phone, light and dark, checked with axe. */
async function quote(page) {
  await open(page, 'D03-T2');
  const said = (await ask(page, 'D03-T2/utterances?limit=20')).utterances[1].words;
  const choose = async (first, last) => {
    await page.locator(`[data-testid=transcript] [data-w="${first.id}"]`).click();
    await page.locator(`[data-testid=transcript] [data-w="${last.id}"]`).click({ modifiers: ['Shift'] });
    await page.getByTestId('quote').click();
  };
  await choose(said[0], said.at(-1));
  const dialog = page.getByTestId('quote-dialog');
  const text = page.getByTestId('quote-text');
  await text.waitFor({ timeout: 60_000 });
  const spoken = said.map((word) => word.text).join(' ');
  assert.equal(await text.innerText(), spoken, 'what is not sure is changed without being asked');
  const boxes = dialog.getByRole('checkbox');
  assert.equal(await boxes.count(), 2);
  assert.equal(await dialog.getByRole('checkbox', { checked: true }).count(), 0);
  await boxes.first().focus();
  await page.keyboard.press('Space');
  assert.equal(await text.innerText(), spoken.replace('she', 'he'));
  await boxes.nth(1).check();
  assert.equal(await text.innerText(), spoken.replace('she', 'he').replace('for her', 'for him'));
  await shot(page, 'quote');
  await boxes.first().uncheck();
  await page.getByTestId('copy-quote').click();
  await page.getByText('Quote copied.').waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), spoken.replace('for her', 'for him'));
  assert.equal((await ask(page, 'D03-T2/utterances?limit=20')).utterances[1].words.map((word) => word.text).join(' '), spoken, 'the transcript was changed');
  step('a stretch is quoted with the pronouns that were ticked');

  await open(page, 'D07-T1');
  await choose(said[0], said[3]);
  await dialog.getByRole('alert').filter({ hasText: 'did not consent to being quoted' }).waitFor();
  assert.equal(await page.getByTestId('copy-quote').count(), 0);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  step('who did not consent is not quoted');
}

/** The page that is looked at last: what is shot when something fails there. */
let looking = null;

async function looks(browser) {
  const pages = {
    guide: ['/interviews/D03-T2', 'Guide'],
    voices: ['/interviews/D03-T1', 'Voices'],
    about: ['/interviews/D03-C1', 'About'],
    misfiled: ['/interviews/D05-T1', 'Voices'],
    filtered: ['/search?q=the&group=D03&role=client&wave=2', null],
  };
  const violations = [];
  for (const [screen, size] of Object.entries(SCREENS)) {
    for (const colorScheme of ['light', 'dark']) {
      const context = await browser.newContext({ ...size, colorScheme, bypassCSP: true });
      for (const [name, [path, panel]] of Object.entries(pages)) {
        const page = await context.newPage();
        watchTroubles(page);
        await page.goto(base + path);
        looking = page;
        if (panel) {
          await page.locator('[data-testid=transcript] [data-w]').first().waitFor();
          await page.getByTestId('facts').waitFor();
          await tab(page, panel);
        } else await page.locator('mark').first().waitFor();
        await page.waitForTimeout(700);
        await shot(page, `${name}-${screen}-${colorScheme}`);
        const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        assert.ok(tooWide <= 0, `${name} is ${tooWide} px too wide (${screen})`);
        for (const found of await axe(page)) violations.push(`${name}, ${screen}, ${colorScheme}: ${found}`);
        assert.deepEqual(troubles(page), []);
        await page.close();
      }
      await context.close();
    }
  }
  assert.deepEqual(violations, [], 'axe found violations');
  step('looked at, light and dark, desk and phone');
}

const { browser, page } = await openPage({ viewport: { width: 1280, height: 800 } });
try {
  mkdirSync(OUT_DIR, { recursive: true });
  await voices(page);
  await mismatch(page);
  await guide(page);
  await place(page);
  await search(page);
  await quote(page);
  // Filed under somebody who sounds otherwise, to be looked at.
  await page.request.delete(`${base}/api/interviews/D05-T1/release`);
  await page.request.put(`${base}/api/interviews/D05-T1/voices/S2`, { data: { person: null } });
  await looks(browser);
  // A refused request is answered with 4xx, which the browser logs by itself.
  assert.deepEqual(troubles(page).filter((one) => !/status of 4(09|22)/.test(one)), [], 'the page complained');
  console.log(JSON.stringify(seen, null, 2));
} catch (error) {
  await shot(looking ?? page, 'failure').catch(() => undefined);
  console.error(`After “${seen.steps.at(-1) ?? 'nothing'}”: ${error.stack ?? error}`);
  for (const trouble of troubles(page)) console.error(`The page: ${trouble}`);
  process.exitCode = 1;
} finally {
  await browser.close();
}
