import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { PAGE_POLICY } from '../e2e/console/page-policy.js';
import { TestApp } from '../support/test-app.js';
import { ROOT } from '../tidy/tree.js';
import { describeInChromium, openChromium } from './chromium.js';
import { Complaints } from './complaints.js';
import { PAGES } from './pages.js';
import { openWindow, type Scene, SCENE_ENV, setScene, type Visitor, VISITORS } from './scene.js';

/** `npm run screenshots` takes the picture of each page on the way. */
const PICTURES = process.env['SCREENSHOTS'] === undefined ? null : join(ROOT, process.env['SCREENSHOTS']);
const WIDTHS = [1120, 375, 320];

describeInChromium('every page', () => {
  const app = TestApp.forTests(SCENE_ENV);
  const windows = new Map<Visitor | null, Page>();
  const opened = new Set<string>();
  let browser: Browser;
  let scene: Scene;
  beforeAll(async () => {
    [browser, scene] = await Promise.all([openChromium(), setScene(app)]);
    for (const visitor of [null, ...VISITORS]) windows.set(visitor, await openWindow(browser, scene, visitor));
    if (PICTURES !== null) mkdirSync(PICTURES, { recursive: true });
  }, 120_000);
  afterAll(() => browser.close());

  it.each(PAGES)('is for everybody, fits everywhere and loads nothing foreign: $name', async ({ name, as, open }) => {
    const page = windows.get(as);
    if (!page) throw new Error('nobody has such a window');
    const complaints = Complaints.of(page, scene.url);
    await page.setViewportSize({ width: 1120, height: 700 });
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    await open(page, scene);
    opened.add(routeOf(new URL(page.url()).pathname));
    const found: string[] = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      found.push(...(await violations(page, colorScheme)));
      await takePicture(page, `${name}-${colorScheme}`, colorScheme === 'light');
    }
    expect(found).toEqual([]);
    await page.emulateMedia({ colorScheme: 'light' });
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 800 });
      expect([width, await sidewaysBy(page)]).toEqual([width, 0]);
      if (width === 375) await takePicture(page, `${name}-narrow`, false);
    }
    expect(complaints.all).toEqual([]);
    complaints.stop();
  });

  it('is looked at', () => {
    expect(ROUTES.filter((route) => !opened.has(route))).toEqual([]);
  });
});

/** Of pages, as the policy writes them. */
const ROUTES = Object.keys(PAGE_POLICY)
  .filter((row) => /^GET \/(?!assets)/.test(row))
  .map((row) => row.slice('GET '.length));

/** `/dashboard/keys/new` is no key. */
function routeOf(path: string): string {
  const fits = (route: string) =>
    new RegExp(`^${route.replace('*', '.+').replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path);
  const width = (route: string) => (route.includes('*') ? 2 : route.includes('{') ? 1 : 0);
  const [route = path] = ROUTES.filter(fits).sort((a, b) => width(a) - width(b));
  return route;
}

async function takePicture(page: Page, name: string, fullPage: boolean): Promise<void> {
  if (PICTURES === null) return;
  // A fault takes the focus, wherever on the page it is; what stays in view would be in the middle of the picture.
  if (fullPage) await page.evaluate('scrollTo(0, 0)');
  await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage });
}

/** In the dark only what depends on colours is looked for once more: nothing else of a page changes with them. */
async function violations(page: Page, colorScheme: 'light' | 'dark'): Promise<string[]> {
  if (colorScheme === 'light') await page.evaluate(axe.source);
  const options = colorScheme === 'light' ? {} : { runOnly: OF_COLOURS };
  const { violations: found } = await page.evaluate(
    (asked) => (globalThis as unknown as { axe: typeof axe }).axe.run(asked),
    options,
  );
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`),
  );
}

const OF_COLOURS = ['color-contrast', 'link-in-text-block'];

/** How many pixels of the page are beyond the right edge. */
function sidewaysBy(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
