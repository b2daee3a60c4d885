/** How the pages look: at a desk and on a phone, light and dark; checked with axe for WCAG 2.2 AA. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { axe, SCREENS, troubles, watchTroubles } from './browser.mjs';

export async function looks(browser, signedIn, { base, interview, out, seen, step }) {
  const pages = {
    home: { path: '/', ready: '[data-recording]' },
    interview: { path: `/interviews/${interview}#t=2`, ready: '[data-testid=transcript] [data-w]' },
    search: { path: '/search?q=a', ready: 'h1' },
  };
  await looksOf(browser, signedIn, pages, { base, out, seen, step });
}

export async function looksOf(browser, signedIn, pages, { base, out, seen, step }) {
  const storageState = await signedIn.storageState();
  const violations = [];
  for (const [screen, size] of Object.entries(SCREENS)) {
    for (const colorScheme of ['light', 'dark']) {
      const context = await browser.newContext({ ...size, colorScheme, storageState, bypassCSP: true });
      for (const [name, { path, ready }] of Object.entries(pages)) {
        const page = await context.newPage();
        watchTroubles(page);
        await page.goto(base + path);
        await page.locator(ready).first().waitFor();
        await page.waitForTimeout(700);
        await page.screenshot({ path: join(out, `${name}-${screen}-${colorScheme}.png`) });
        const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        assert.ok(tooWide <= 0, `${name} is ${tooWide} px too wide (${screen})`);
        for (const found of await axe(page)) violations.push(`${name}, ${screen}, ${colorScheme}: ${found}`);
        assert.deepEqual(troubles(page), []);
        await page.close();
      }
      await context.close();
    }
  }
  seen.accessibilityViolations = violations;
  assert.deepEqual(violations, [], 'axe found violations');
  step('looked at, light and dark, desk and phone');
}
