import type { IncomingHttpHeaders } from 'node:http';
import type { Config } from '../config/config.js';
import type { RequestOrigin } from '../http/request-origin.js';
import { MetricsAccess } from './metrics-access.js';

const access = new MetricsAccess({ metrics: { tokens: [] } } as unknown as Config);
const mayRead = (headers: IncomingHttpHeaders, ip: string | null = '127.0.0.1') => {
  try {
    access.check(headers, { ip } as RequestOrigin);
    return true;
  } catch {
    return false;
  }
};

describe('who may read the metrics where no token is set', () => {
  it.each(['localhost', 'LOCALHOST:8000', '127.0.0.1:8000', '127.8.9.1', '[::1]', '[::1]:8000'])(
    'is the machine itself, which asks for %s',
    (host) => {
      expect(mayRead({ host })).toBe(true);
      expect(mayRead({ host }, '::1')).toBe(true);
      expect(mayRead({ host }, '192.0.2.1')).toBe(false);
      expect(mayRead({ host }, null)).toBe(false);
    },
  );

  it.each([undefined, '', 'akm.example.org', 'localhost.example.org', '127.0.0.1.example.org:8000', '192.0.2.1'])(
    'is nobody who asks for %s: a name of somebody else may lead here',
    (host) => {
      expect(mayRead({ host })).toBe(false);
    },
  );

  it.each([
    ...['forwarded', 'via', 'x-real-ip', 'true-client-ip', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto'],
    ...['cf-connecting-ip', 'cf-ray'],
  ])('is nobody behind a proxy that says so by %s', (name) => {
    expect(mayRead({ host: 'localhost', [name]: '127.0.0.1' })).toBe(false);
  });
});
