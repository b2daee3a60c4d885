/**
 * Measures coding in the page of a released interview. Prints JSON: lists of ms, and of frames a second.
 *
 *   BASE_URL   address of the service, with the account kim (lead)
 *   PASSWORD   of kim
 *   INTERVIEW  study id of a released interview with sound and codings
 *   CHROMIUM   the browser
 */
import { openPage, troubles } from './browser.mjs';

const { BASE_URL, PASSWORD, INTERVIEW } = process.env;
const found = { usable_ms: [], select_ms: [], code_ms: [], frames: [], sound_ms: [] };
const address = `${BASE_URL}/released/${INTERVIEW}`;

const { browser, context, page } = await openPage({ viewport: { width: 1280, height: 800 } });

/** From the press of a key or button until what it does has been painted, by the page's own clock. */
async function painted(act, isThere) {
  await page.evaluate((test) => {
    const there = new Function(`return ${test}`);
    const before = there()(null);
    window.painted = new Promise((resolve) => {
      let began = null;
      const press = (event) => (began ??= event.timeStamp);
      for (const name of ['keydown', 'pointerdown']) addEventListener(name, press, { capture: true, once: true });
      const look = () => {
        if (began !== null && there()(before)) requestAnimationFrame(() => resolve(performance.now() - began));
        else requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    });
  }, isThere.toString());
  await act();
  return page.evaluate(() => window.painted);
}

try {
  await page.goto(BASE_URL);
  await page.getByLabel('Name', { exact: true }).fill('kim');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByTestId('who').waitFor();
  const signedIn = await context.storageState();

  for (let round = 0; round < 6; round += 1) {
    // A browser that has nothing of the page yet.
    const fresh = await browser.newContext({ viewport: { width: 1280, height: 800 }, storageState: signedIn });
    const first = await fresh.newPage();
    await first.goto(address, { waitUntil: 'commit' });
    const ms = await (
      await first.waitForFunction(
        () =>
          document.querySelector('[data-w]') &&
          document.querySelector('[data-coding]') &&
          document.querySelector('[data-listed]') &&
          document.querySelector('[data-testid=ready]') &&
          document.querySelector('[data-testid=waveform]') &&
          performance.now(),
        undefined,
        { polling: 'raf' },
      )
    ).jsonValue();
    // The first warms the server, which has read nothing yet.
    if (round) found.usable_ms.push(ms);
    await fresh.close();
  }

  await page.goto(address);
  await page.locator('[data-listed]').first().waitFor();
  await page.waitForFunction(() => document.querySelector('audio').readyState >= 1);
  await page.waitForLoadState('networkidle');

  for (let round = 0; round < 15; round += 1) {
    await page.locator('[data-testid=transcript]').evaluate((list, at) => (list.scrollTop = list.scrollHeight * at), 0.05 + round * 0.06);
    await page.waitForFunction(() => document.querySelectorAll('[data-w]').length > 60);
    const words = page.locator('[data-w]');
    const from = words.nth(30);
    await from.click({ modifiers: ['Shift'] });
    await page.locator('.caret').waitFor();
    for (let more = 0; more < 3; more += 1) {
      found.select_ms.push(
        await painted(
          () => page.keyboard.press('Shift+ArrowRight'),
          (before) => {
            const caret = document.querySelector('.caret')?.dataset.w ?? '';
            return before === null ? caret : caret !== before;
          },
        ),
      );
    }
    found.code_ms.push(
      await painted(
        () => page.keyboard.press(String((round % 9) + 1)),
        (before) => {
          const open = document.querySelector('.stripe.open')?.dataset.coding ?? 'none';
          return before === null ? open : open !== before && open !== 'none';
        },
      ),
    );
    await page.keyboard.press('Escape');
  }
  await page.locator('[data-saving=saved]').waitFor();

  for (let round = 0; round < 5; round += 1) {
    found.frames.push(
      await page.locator('[data-testid=transcript]').evaluate(async (list) => {
        list.scrollTop = 0;
        await new Promise((resolve) => setTimeout(resolve, 300));
        let frames = 0;
        const began = performance.now();
        await new Promise((resolve) => {
          const step = () => {
            list.scrollTop += 60;
            frames += 1;
            if (performance.now() - began < 3000) requestAnimationFrame(step);
            else resolve();
          };
          requestAnimationFrame(step);
        });
        return (frames / (performance.now() - began)) * 1000;
      }),
    );
  }

  const listed = page.locator('[data-testid=coding-panel] .list');
  for (let round = 0; round < 12; round += 1) {
    await page.evaluate(() => document.querySelector('audio').pause());
    await listed.evaluate((list, at) => (list.scrollTop = list.scrollHeight * at), (round * 5 % 12) / 13);
    await page.waitForTimeout(150);
    // The click is a real one; the sound is there once the position goes on.
    found.sound_ms.push(
      await painted(
        () => page.locator('[data-listed]').nth(3).click(),
        (before) => {
          const audio = document.querySelector('audio');
          if (before === null) return [];
          if (audio.paused || audio.seeking || audio.readyState < 3) return false;
          before[0] ??= audio.currentTime;
          return audio.currentTime > before[0];
        },
      ),
    );
  }
  const complaints = troubles(page);
  if (complaints.length) throw new Error(complaints.join('\n'));
  console.log(JSON.stringify(found));
} catch (error) {
  console.error(error.stack ?? error);
  process.exitCode = 1;
} finally {
  await browser.close();
}
