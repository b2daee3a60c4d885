/** The system's Chromium, headless and with sound; what a page in it complained of, and what axe finds in it. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** A desk and a phone. */
export const SCREENS = {
  desk: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
};

const complaints = new WeakMap();

/** Errors of the page, and what its content security policy refused. */
export const troubles = (page) => complaints.get(page) ?? [];

export function watchTroubles(page) {
  const heard = [];
  complaints.set(page, heard);
  page.on('pageerror', (error) => heard.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() !== 'error') return;
    // A refused sign-in is answered with 401, which the browser logs by itself.
    if (/status of 401/.test(message.text())) return;
    heard.push(`console: ${message.text()}`);
  });
}

export async function openPage(options) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    args: ['--no-sandbox', '--headless=new', '--autoplay-policy=no-user-gesture-required'],
  });
  const context = await browser.newContext(options);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']).catch(() => undefined);
  const page = await context.newPage();
  watchTroubles(page);
  return { browser, context, page };
}

/** What `test` gives as soon as it gives something. A busy machine takes its time, so the timeout is long. */
export async function until(page, what, test, timeout = 30_000) {
  const end = Date.now() + timeout;
  for (;;) {
    const value = await test();
    if (value) return value;
    if (Date.now() > end) throw new Error(`never happened: ${what}`);
    await page.waitForTimeout(50);
  }
}

/** What breaks WCAG 2.2 AA; the page's context must bypass its content security policy, which would refuse the script. */
export async function axe(page) {
  await page.evaluate(AXE);
  const found = await page.evaluate((rules) => window.axe.run(document, { runOnly: rules }), RULES);
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join('; ')}`);
}
