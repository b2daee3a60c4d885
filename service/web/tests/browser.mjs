/** The system's Chromium, headless and with sound, and what a page in it complained of. */
import { chromium } from 'playwright-core';

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
