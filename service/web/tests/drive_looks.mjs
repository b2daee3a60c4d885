/** How the pages look: at a desk and on a phone, light and dark; checked with axe for WCAG 2.2 AA. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { troubles, watchTroubles } from './browser.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const SCREENS = {
  desk: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
};

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
      // The axe script is put into the page, which its content security policy would refuse.
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
        await page.evaluate(AXE);
        const found = await page.evaluate((rules) => window.axe.run(document, { runOnly: rules }), RULES);
        for (const { id, nodes } of found.violations) {
          violations.push(`${name}, ${screen}, ${colorScheme}: ${id}: ${nodes.map((node) => node.target.join(' ')).join('; ')}`);
        }
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
