import { TestApp } from '../../support/test-app.js';

/** Every header by which some server somewhere lets a client say who it is. */
const SPOOFED = (address: string) => ({
  'x-forwarded-for': address,
  'x-real-ip': address,
  'x-client-ip': address,
  'true-client-ip': address,
  'cf-connecting-ip': address,
  forwarded: `for=${address};proto=https;host=akm.example`,
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'akm.example',
  'x-forwarded-port': '443',
});

/** Whether a key that may only be used from `allowed` is admitted with these headers. */
async function isAdmitted(app: TestApp, allowed: string, headers: Record<string, string>): Promise<boolean> {
  const { secret } = await app.key(await app.person(), { allowed_ips: [allowed] });
  const { status, body } = await app.call('GET', '/api/v1/protected/test', { key: secret, headers });
  expect([200, 401]).toContain(status);
  if (status === 401) expect(body.code).toBe('API_KEY_IP_NOT_ALLOWED');
  return status === 200;
}

describe('forwarded headers from a stranger', () => {
  const app = TestApp.forTests();

  it('change no address', async () => {
    expect(await isAdmitted(app, '127.0.0.1', SPOOFED('9.9.9.9'))).toBe(true);
    expect(await isAdmitted(app, '9.9.9.9', SPOOFED('9.9.9.9'))).toBe(false);
  });

  it('change neither the scheme nor the request id', async () => {
    const headers = { ...SPOOFED('9.9.9.9'), 'x-request-id': 'chosen' };
    const answer = await app.call('GET', '/docs', { headers });
    expect(answer.headers.get('strict-transport-security')).toBeNull();
    expect(answer.headers.get('x-request-id')).not.toBe('chosen');
  });
});

describe('forwarded headers from a trusted proxy', () => {
  const app = TestApp.forTests({ TRUST_PROXY: '127.0.0.1,10.0.0.0/8' });

  it.each([
    ['9.9.9.9', '9.9.9.9'],
    ['6.6.6.6, 9.9.9.9', '9.9.9.9'],
    ['6.6.6.6, 9.9.9.9, 10.1.2.3', '9.9.9.9'],
    ['::ffff:9.9.9.9', '9.9.9.9'],
    ['9.9.9.9:4711', '9.9.9.9'],
    ['2001:DB8:0:0::1', '2001:db8::1'],
    ['[2001:db8::1]:4711', '2001:db8::/32'],
  ])('%s mean %s', async (chain, address) => {
    expect(await isAdmitted(app, address, { 'x-forwarded-for': chain })).toBe(true);
  });

  it.each([
    ['6.6.6.6, 9.9.9.9', '6.6.6.6'],
    ['9.9.9.9, unknown', '9.9.9.9'],
    ['unknown', '127.0.0.1'],
    ['9.9.9.9, 010.0.0.1', '9.9.9.9'],
    ['0x9.9.9.9', '9.9.9.9'],
    ['9.9.9.9 10.0.0.1', '9.9.9.9'],
  ])('%s do not mean %s', async (chain, address) => {
    expect(await isAdmitted(app, address, { 'x-forwarded-for': chain })).toBe(false);
  });

  it('may name the request, and say that it came by https', async () => {
    const headers = { 'x-request-id': 'edge-1.a_b', 'x-forwarded-proto': 'https' };
    const answer = await app.call('GET', '/docs', { headers });
    expect(answer.headers.get('x-request-id')).toBe('edge-1.a_b');
    expect(answer.headers.get('strict-transport-security')).toContain('max-age');
  });
});
