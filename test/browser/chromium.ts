import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PATHS = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'];
const path = PATHS.find(existsSync);

/** Runs a suite where there is a browser. Where there is none, one skipped test stands for it in the report of the run. */
export function describeInChromium(title: string, suite: () => void): void {
  if (path !== undefined) describe(title, suite);
  else it.skip(`${title}: there is no Chromium at ${PATHS.join(' or ')}`, () => undefined);
}

export function openChromium(): Promise<Browser> {
  if (path === undefined) throw new Error('there is no Chromium');
  return chromium.launch({
    executablePath: path,
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--font-render-hinting=none'],
  });
}
