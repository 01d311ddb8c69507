import { Browser } from '../../support/browser.js';
import { sendRaw } from '../../support/raw-http.js';
import { TestApp } from '../../support/test-app.js';

const app = TestApp.forTests();
let browser: Browser;
beforeAll(async () => {
  browser = await new Browser(app.url).signIn(await app.person());
});

describe.each(['/', '/login', '/register', '/dashboard', '/dashboard/profile/nothing'])('%s', (path) => {
  it('lets a browser load and run nothing but our own files', async () => {
    const policy = (await browser.get(path)).headers.get('content-security-policy') ?? '';
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      "style-src 'self'",
      "script-src 'self'",
      "img-src 'self'",
      "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ]);
  });

  it('has nothing inline, and names no other host', async () => {
    const { text } = await browser.get(path);
    expect(text).not.toMatch(/<style|<script(?! src="\/assets\/)|\son\w+=|\sstyle=|javascript:/i);
    expect(text).not.toMatch(/(?:src|href|action)="(?!\/(?!\/)|#)/);
  });

  it('is stored nowhere and its address is told to no other site', async () => {
    const { headers } = await browser.get(path);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('referrer-policy')).toBe('same-origin');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
  });
});

describe('an address that cannot be', () => {
  it.each([
    ['/dashboard/keys?q=%00', 400],
    ['/dashboard/logs?q=a&q=b', 400],
    ['/login?next=%ff', 400],
  ])('is answered by a page that says so: %s', async (path, status) => {
    const shown = await browser.get(path);
    expect([shown.status, shown.headers.get('content-type')]).toEqual([status, 'text/html; charset=utf-8']);
    expect(shown.text).toContain('What does this mean?');
    expect(shown.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('is told to programs as ever', async () => {
    const { headers } = await browser.get('/api/v1/keys?q=%00');
    expect(headers.get('content-type')).toBe('application/problem+json');
  });
});

describe('the files of pages', () => {
  it('are kept by browsers for good, because their names change with what is in them', async () => {
    const { text } = await browser.get('/login');
    const files = [...text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path = '']) => path);
    expect(files.length).toBeGreaterThanOrEqual(3);
    for (const path of files) {
      const { status, headers } = await browser.get(path);
      expect([status, headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable']);
      expect(path).toMatch(/\.[0-9a-f]{12}\.(css|js|svg)$/);
    }
  });
});

describe('behind a proxy that speaks https', () => {
  const app = TestApp.forTests({ TRUST_PROXY: '127.0.0.1' });
  const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'akm.example.com' };

  it('a page lets no other window reach into it', async () => {
    const shown = await new Browser(app.url).get('/login', headers);
    expect(shown.headers.get('cross-origin-opener-policy')).toBe('same-origin');
  });

  it('the landing page names the address that people know', async () => {
    expect((await new Browser(app.url).get('/', headers)).text).toContain('AKM=https://akm.example.com');
  });
});

describe('over plain http', () => {
  const textFor = async (host: string, more = '') =>
    (
      await sendRaw(
        app.nest.getHttpServer(),
        `GET /login HTTP/1.1\r\nHost: ${host}\r\n${more}Connection: close\r\n\r\n`,
      )
    ).body;

  it('from afar, says that no browser will keep anybody signed in', async () => {
    expect(await textFor('akm.example.com')).toContain('plain http');
  });

  it.each(['localhost:8000', '127.0.0.1', '[::1]:8000'])('from %s, says nothing of it', async (host) => {
    expect(await textFor(host)).not.toContain('plain http');
  });

  it('on the near side of a proxy only, says nothing of it either', async () => {
    expect(await textFor('akm.example.com', 'Sec-Fetch-Site: none\r\n')).not.toContain('plain http');
  });
});
