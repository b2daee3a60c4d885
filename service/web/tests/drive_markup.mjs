/** Names that are markup, wherever a person can put them: shown as they are written, run nowhere. */
import assert from 'node:assert/strict';
import { openPage, SCREENS, troubles } from './browser.mjs';
import { judge } from './judging.mjs';

const { BASE_URL, MARKUP, OUT_DIR = '.' } = process.env;
const { browser, page } = await openPage(SCREENS.desk);
await page.addInitScript(() => {
  window.ran = 0;
});

async function shown(path, times = 1) {
  await page.goto(BASE_URL + path);
  await page.getByText(MARKUP, { exact: false }).first().waitFor();
  assert.ok((await page.getByText(MARKUP, { exact: false }).count()) >= times, path);
  assert.equal(await page.locator('img[onerror], script:not([src])').count(), 0, path);
  assert.equal(await page.evaluate(() => window.ran), 0, path);
}

try {
  await shown('/interviews/D03-T2');
  // Written in another notation, which is remembered, words are respelt and still only words.
  await page.getByTestId('transcript').focus();
  for (const name of ['Jefferson', 'GAT 2']) {
    await page.keyboard.press('v');
    await page.getByLabel(`Notation: ${name}`).waitFor();
  }
  await page.locator('[data-w]', { hasText: /^yes$/ }).waitFor();
  await page.locator('.between', { hasText: '(1.5)' }).first().waitFor();
  await shown('/interviews/D03-T2');
  await page.getByLabel('Notation: GAT 2').click();
  await page.getByTestId('signs').getByText('silence in seconds', { exact: false }).waitFor();
  await shown('/interviews/D03-T2/review');
  await shown('/recordings');
  await shown('/identities');
  await shown('/search?q=alert');
  await judge(page, { base: BASE_URL, interview: 'D03-T2', out: OUT_DIR, note: `${MARKUP}window.ran=1>` });
  await shown('/interviews/D03-T2');
  assert.deepEqual(troubles(page).filter((one) => /Content Security Policy/.test(one)), []);
  console.log(JSON.stringify({ pages: 5 }));
} finally {
  await browser.close();
}
