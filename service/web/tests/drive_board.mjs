/**
 * Drives the board of a running Lytt with a study in it (tests/e2e/made_study.py) as a person would, and says what it
 * saw as JSON. Ends with 1 and a message when something is not as it should be.
 *
 *   BASE_URL   address of the service
 *   SIGNALS    folder in which the test is told how far this is, and answers
 *   OUT_DIR    where screenshots go
 *   CHROMIUM   the browser; /usr/bin/chromium when not set
 */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openPage, troubles, until } from './browser.mjs';
import { looksOf } from './drive_looks.mjs';

const { BASE_URL, SIGNALS, OUT_DIR = '.' } = process.env;
const seen = { steps: [] };
const step = (name) => seen.steps.push(name);
const signal = (name) => writeFileSync(join(SIGNALS, name), '');

const cell = (page, name) => page.locator(`[data-cell="${name}"]`);
const stateOf = (page, name) => cell(page, name).getAttribute('data-state');
const inState = (page, name, state) => until(page, `${name} is ${state}`, async () => (await stateOf(page, name)) === state);
const groups = (page, n) => until(page, `${n} groups are shown`, async () => (await page.getByRole('grid').getAttribute('aria-rowcount')) === String(n + 2));
const focused = (page) => page.evaluate(() => document.activeElement?.getAttribute('data-stop'));
const tray = (page) => page.locator('[data-tray]');
const placeOf = async (page, id) => (await page.request.get(`${BASE_URL}/api/interviews/${id}/place`)).json();

async function read(page) {
  await page.goto(BASE_URL);
  await page.getByRole('heading', { name: 'Therapies over time' }).waitFor();
  await cell(page, 'D01-T1').waitFor();
  await groups(page, 11);
  assert.match(await cell(page, 'D03-T2').innerText(), /Needs review[\s\S]*11 Mar 2023[\s\S]*81 min[\s\S]*3 of 4 asked[\s\S]*\+60 d/);
  assert.match(await cell(page, 'D08-T2').locator('.visually-hidden').textContent(), /31 days before the one before.*dated before an earlier wave/);
  assert.match(await cell(page, 'D06-C2').innerText(), /Left\s+1 May 2024/);
  assert.match(await cell(page, 'D07-T1').innerText(), /Withdrawn\s+12 Sept? 2024/);
  assert.match(await cell(page, 'D05-C1').innerText(), /Failed\s+The file is cut off/);
  const states = {};
  for (const one of await page.locator('[data-cell]').all()) {
    const state = await one.getAttribute('data-state');
    states[state] ??= { word: await one.locator('.word').innerText(), icon: await one.locator('svg').first().innerHTML() };
  }
  assert.equal(Object.keys(states).length, 10, 'the study has a cell in every state');
  assert.equal(new Set(Object.values(states).map((one) => one.word)).size, 10);
  assert.equal(new Set(Object.values(states).map((one) => one.icon)).size, 10, 'two states have the same icon');
  step('every state is told by word and icon');

  const merged = page.getByRole('gridcell').filter({ has: cell(page, 'D02-T1') });
  assert.equal(await merged.getAttribute('aria-colspan'), '2');
  assert.equal(await cell(page, 'D02-T2').count(), 0);
  step('an interview for two waves spans both');

  const inside = await page.evaluate(() => {
    const box = document.querySelector('.scroller');
    return { wide: box.scrollWidth - box.clientWidth, page: document.documentElement.scrollWidth - innerWidth };
  });
  assert.deepEqual(inside, { wide: 0, page: 0 }, '11 groups by 6 columns fit on the screen');
  step('all columns fit');
}

async function filter(page) {
  await page.getByRole('button', { name: /^Needs review/ }).click();
  await page.waitForURL('**/?state=needs_review');
  await groups(page, 3);
  await page.getByLabel('Role', { exact: true }).selectOption('C');
  await page.waitForURL('**/?role=C&state=needs_review');
  await groups(page, 1);
  await page.reload();
  await cell(page, 'D03-C2').waitFor();
  await groups(page, 1);
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await groups(page, 11);
  await page.getByLabel('Group', { exact: true }).fill('d3');
  await groups(page, 1);
  await page.getByLabel('Group', { exact: true }).fill('');
  step('filters by state, role and group are in the address');
}

async function walk(page) {
  await cell(page, 'D01-T1').focus();
  const press = async (key, name) => {
    await page.keyboard.press(key);
    await until(page, `${key} leads to ${name}`, async () => (await focused(page)) === name, 3000);
  };
  await press('ArrowRight', 'D01-T2');
  await press('ArrowDown', 'D02-T1');
  await press('ArrowRight', 'D02-T3');
  await press('End', 'D02-C2');
  await press('Control+Home', 'participant D01-T');
  await press('Control+End', 'D11-C2');
  assert.equal(await page.locator('[role=grid] [tabindex="0"]').count(), 1, 'the grid is one stop of the tab key');
  await press('Control+Home', 'participant D01-T');
  await press('ArrowRight', 'participant D01-C');
  await press('ArrowRight', 'D01-T1');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/interviews/D01-T1');
  await page.goBack();
  await until(page, 'the cell is there again', async () => (await cell(page, 'D01-T1').count()) === 1);
  assert.equal(await cell(page, 'D01-T1').getAttribute('tabindex'), '0', 'the keys are where they were');
  step('arrow keys walk, Enter opens');
}

/** Drags as a hand does: in steps. */
async function drag(page, from, to) {
  await to.scrollIntoViewIfNeeded();
  await from.scrollIntoViewIfNeeded();
  await page.waitForTimeout(250);
  const [a, b] = [await from.boundingBox(), await to.boundingBox()];
  await page.mouse.move(a.x + 30, a.y + 12);
  await page.mouse.down();
  await page.mouse.move(a.x + 40, a.y + 16, { steps: 4 });
  await page.mouse.move(b.x + 30, b.y + 12, { steps: 8 });
  await page.mouse.up();
}

async function undo(page) {
  await page.getByRole('button', { name: 'Undo' }).last().click();
}

async function placeByHand(page) {
  const card = tray(page).filter({ hasText: 'walk with the second one' });
  const id = await card.getAttribute('data-tray');
  // Dropped on a participant who has withdrawn, it is refused with the API's reason.
  await drag(page, card, cell(page, 'D07-T2'));
  await page.getByText('D07-T has withdrawn: nothing may be filed there.').first().waitFor();
  assert.equal(await tray(page).count(), 2);
  await page.getByRole('button', { name: 'Close message' }).click();
  step('a drop is refused with the reason');

  await drag(page, card, cell(page, 'D09-T1'));
  await inState(page, 'D09-T1', 'needs_review');
  assert.deepEqual((await placeOf(page, id)).covers, ['D09-T1']);
  assert.equal(await tray(page).count(), 1);
  await undo(page);
  await inState(page, 'D09-T1', 'expected');
  assert.deepEqual((await placeOf(page, id)).covers, []);
  step('dropped on a cell, and undone');

  // On a cell that holds an interview, it asks.
  await drag(page, card, cell(page, 'D03-T2'));
  await page.getByRole('dialog').getByText('D03-T2 holds an interview already').waitFor();
  await page.getByRole('button', { name: 'A mistake: leave it' }).click();
  assert.deepEqual((await placeOf(page, id)).covers, []);
  step('asks before two recordings share a cell');

  // By keys.
  await card.getByRole('button', { name: 'walk with the second one' }).focus();
  await page.keyboard.press('m');
  await until(page, 'picking up is said', async () => /Picked up walk/.test(await page.getByTestId('spoken').innerText()));
  await page.keyboard.press('Escape');
  await until(page, 'the card has the focus again', () => card.evaluate((element) => element.contains(document.activeElement)));
  await page.keyboard.press('Enter');
  await until(page, 'a cell has the focus', async () => (await focused(page))?.startsWith('D'));
  await page.keyboard.press('Control+End');
  await until(page, 'the last cell', async () => (await focused(page)) === 'D11-C2');
  await until(page, 'that it is free is said', async () => /D11-C2 is free/.test(await page.getByTestId('spoken').innerText()));
  await page.screenshot({ path: join(OUT_DIR, 'carrying.png') });
  await page.keyboard.press('Enter');
  await inState(page, 'D11-C2', 'needs_review');
  assert.equal(await focused(page), 'D11-C2');
  assert.match(await page.getByTestId('spoken').innerText(), /walk with the second one is D11-C2 now/);
  step('placed with keys alone, and said aloud');

  // Taken out of it again, and back.
  await page.keyboard.press('Delete');
  await inState(page, 'D11-C2', 'expected');
  await undo(page);
  await inState(page, 'D11-C2', 'needs_review');
  assert.deepEqual((await placeOf(page, id)).covers, ['D11-C2']);
  step('taken out, and undone');

  // One interview for two waves.
  await drag(page, cell(page, 'D11-C2'), cell(page, 'D11-C1'));
  await page.getByRole('dialog').getByText('One interview for both waves?').waitFor();
  await page.screenshot({ path: join(OUT_DIR, 'both.png') });
  await page.getByRole('button', { name: 'It covers D11-C1 and D11-C2' }).click();
  await until(page, 'it spans both', async () => (await cell(page, 'D11-C2').count()) === 0 && (await stateOf(page, 'D11-C1')) === 'needs_review');
  assert.deepEqual((await placeOf(page, id)).covers, ['D11-C1', 'D11-C2']);
  await cell(page, 'D11-C1').focus();
  await page.keyboard.press('m');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'It covers D11-C2 only' }).waitFor();
  await page.getByRole('button', { name: 'Leave it' }).click();
  await undo(page);
  await inState(page, 'D11-C1', 'missing');
  assert.deepEqual((await placeOf(page, id)).covers, ['D11-C2']);
  step('one interview covers two waves, and undone');

  // By typing the study id.
  const other = tray(page).filter({ hasText: 'D99-T1' });
  await other.getByLabel('Study id of D99-T1').fill('D10-T9');
  await other.getByRole('button', { name: 'File' }).click();
  await other.getByRole('alert').getByText('expects no wave 9').waitFor();
  await other.getByLabel('Study id of D99-T1').fill('d10 therapist 1');
  await other.getByRole('button', { name: 'File' }).click();
  await inState(page, 'D10-T1', 'needs_review');
  assert.equal(await tray(page).count(), 0);
  step('filed by typing the study id');
}

async function stayLive(page) {
  await page.waitForTimeout(1500); // the list tells what was just filed
  const asked = [];
  page.on('request', (request) => {
    if (request.url().endsWith('/api/board')) asked.push(Date.now());
  });
  await page.waitForTimeout(2500);
  assert.equal(asked.length, 0, 'the board was read again though nothing changed');
  signal('work');
  const percent = async () => Number(/(\d+) %/.exec(await cell(page, 'D04-T2').innerText())?.[1]);
  await until(page, 'progress moves', async () => (await percent()) > 60, 20_000);
  assert.equal(asked.length, 0, 'progress alone made it read the board again');
  step('progress is live, without reading the board again');
  signal('finish');
  await inState(page, 'D04-T2', 'needs_review');
  await until(page, 'the new one is in the tray', async () => (await tray(page).count()) === 1);
  await until(page, 'the test is done', () => existsSync(join(SIGNALS, 'finished')));
  await page.waitForTimeout(2500);
  seen.boardReads = asked.length;
  assert.ok(asked.length >= 1 && asked.length <= 4, `read ${asked.length} times for two changes`);
  for (const [place, at] of asked.entries()) assert.ok(place === 0 || at - asked[place - 1] >= 950, 'read more than once a second');
  step('the board follows, and is read no more than it must be');
}

async function followProtocol(page) {
  signal('break');
  await until(page, 'the test broke the protocol', () => existsSync(join(SIGNALS, 'broken')));
  await page.evaluate(() => window.dispatchEvent(new Event('focus')));
  const findings = page.getByTestId('findings');
  await findings.waitFor();
  assert.match(await findings.innerText(), /line 6\s+title\s+This must be text, in quotes\./);
  assert.match(await findings.innerText(), /What was in force before stays in force/);
  await groups(page, 11);
  await page.screenshot({ path: join(OUT_DIR, 'findings.png') });
  signal('repair');
  await until(page, 'the test repaired it', () => existsSync(join(SIGNALS, 'repaired')));
  await page.evaluate(() => window.dispatchEvent(new Event('focus')));
  await findings.waitFor({ state: 'detached' });
  await inState(page, 'D09-C1', 'left');
  step('a broken protocol is told, a new one applies at once');
}

async function participant(page) {
  await page.getByRole('link', { name: /^D01-T: over time/ }).click();
  await page.getByRole('heading', { name: 'D01-T', exact: true }).waitFor();
  const axis = page.getByTestId('axis');
  await axis.waitFor();
  const at = await axis.locator('[data-wave]').evaluateAll((dots) => dots.map((dot) => Number(dot.dataset.at)));
  assert.equal(at.length, 3);
  // 258 and 442 days.
  assert.ok(Math.abs((at[2] - at[1]) / (at[1] - at[0]) - 442 / 258) < 0.01, 'distances are those of the days');
  await axis.getByRole('link', { name: /D01-C1, 2 Apr 2022, 25 days after D01-T1/ }).waitFor();
  assert.match(await page.getByRole('row', { name: /Own speech/ }).innerText(), /43 min\s+61 %/);
  assert.match(await page.getByRole('row', { name: /Pauses/ }).innerText(), /0\.6[\s\S]*1\.1[\s\S]*0\.9/);
  await page.getByText('What did you not say to the client?').waitFor();
  step('a participant over time');

  // A day that was not known is given, and the interview is on the line.
  await page.goto(`${BASE_URL}/participants/D03-T`);
  await page.getByTestId('undated').waitFor();
  await page.getByRole('button', { name: /Give the day of D03-T3/ }).click();
  await page.getByLabel('Day of D03-T3').fill('2023-09-01');
  await page.getByTestId('undated').waitFor({ state: 'detached' });
  assert.equal(await page.getByTestId('axis').locator('[data-wave="3"]').count(), 1);
  await page.getByLabel('Who asked in D03-T3').selectOption('I2');
  await until(page, 'who asked is kept', async () => (await placeOf(page, 'D03-T3')).interviewer === 'I2');
  step('the day and who asked are set where they are missing');
}

async function sheet(page) {
  await page.goto(`${BASE_URL}/participants/D01-T`);
  await page.getByRole('link', { name: 'Sheet for wave 4' }).click();
  await page.waitForURL('**/participants/D01-T/open');
  await page.getByText('What did you not say to the client?').waitFor();
  await page.getByRole('heading', { name: 'Asked already' }).waitFor();
  const link = page.getByRole('link', { name: /^\d+:\d\d$/ }).first();
  assert.match(await link.getAttribute('href'), /^\/interviews\/D01-T1#t=\d/);
  assert.match(await page.title(), /^D01-T, wave 4, \d+ \w+ \d{4}$/);
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  const printed = await page.evaluate(() => ({
    ground: getComputedStyle(document.documentElement).backgroundColor,
    ink: getComputedStyle(document.querySelector('main h1')).color,
    shown: [...document.querySelectorAll('button, nav, input')].filter((element) => element.getClientRects().length > 0).length,
  }));
  assert.deepEqual(printed, { ground: 'rgb(255, 255, 255)', ink: 'rgb(0, 0, 0)', shown: 0 });
  await page.screenshot({ path: join(OUT_DIR, 'sheet-printed.png'), fullPage: true });
  await page.pdf({ path: join(OUT_DIR, 'sheet.pdf'), format: 'A4' }).catch(() => undefined);
  await page.emulateMedia({ media: null, colorScheme: null });
  step('the sheet prints black on white, without the page around it');
}

const { browser, context, page } = await openPage({ viewport: { width: 1280, height: 800 } });
// The made interviews have no sound, which their pages ask for.
const complaints = () => troubles(page).filter((heard) => !/status of (404|409|422)/.test(heard));
try {
  mkdirSync(OUT_DIR, { recursive: true });
  await read(page);
  await filter(page);
  await walk(page);
  const pages = {
    board: { path: '/', ready: '[data-cell]' },
    participant: { path: '/participants/D01-T', ready: '[data-testid=axis]' },
    sheet: { path: '/participants/D01-T/open', ready: 'main h2' },
    recordings: { path: '/recordings', ready: '[data-recording]' },
  };
  await looksOf(browser, context, pages, { base: BASE_URL, out: OUT_DIR, seen, step });
  await placeByHand(page);
  await stayLive(page);
  await followProtocol(page);
  await participant(page);
  await sheet(page);
  assert.deepEqual(complaints(), [], 'the page complained');
  console.log(JSON.stringify(seen, null, 2));
} catch (error) {
  await page.screenshot({ path: join(OUT_DIR, 'failure.png') }).catch(() => undefined);
  console.error(`After “${seen.steps.at(-1) ?? 'nothing'}”: ${error.stack ?? error}`);
  for (const trouble of troubles(page)) console.error(`The page: ${trouble}`);
  process.exitCode = 1;
} finally {
  await browser.close();
}
