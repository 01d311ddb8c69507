import { type IncomingMessage } from 'node:http';
import { ManualClock } from '#domain';
import { requestIds } from './request-id.js';
import { trustedProxies } from './trusted-proxies.js';

describe('trusted proxies', () => {
  it.each([
    [['10.0.0.0/8'], '10.255.0.1', true],
    [['10.0.0.0/8'], '::ffff:10.255.0.1', true],
    [['10.0.0.0/8'], '11.0.0.1', false],
    [['10.0.0.7'], '10.0.0.7', true],
    [['10.0.0.7'], '10.0.0.8', false],
    [['fd00::/8', '::1'], 'fd12::1', true],
    [['fd00::/8', '::1'], '::2', false],
    [['10.0.0.0/8'], 'unknown', false],
    [['10.0.0.0/8'], undefined, false],
    [[], '127.0.0.1', false],
  ])('of %j: is %s one? %s', (ranges, address, expected) => {
    expect(trustedProxies(ranges)(address)).toBe(expected);
  });

  it.each(['proxy.example', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', 'fd00::/129', '300.1.1.1'])(
    'refuses %s as a configuration',
    (range) => {
      expect(() => trustedProxies([range])).toThrow(range);
    },
  );

  it.each([
    ['10.0.0.1', 'abc-123', 'abc-123'],
    ['10.0.0.1', 'x'.repeat(65), /^[0-9a-f]{8}-/],
    ['10.0.0.1', 'a\nb', /^[0-9a-f]{8}-/],
    ['10.0.0.1', undefined, /^[0-9a-f]{8}-/],
    ['11.0.0.1', 'abc-123', /^[0-9a-f]{8}-/],
  ])('from %s, the request id %p becomes %p', (remoteAddress, sent, expected) => {
    const request = { headers: { 'x-request-id': sent }, socket: { remoteAddress } } as unknown as IncomingMessage;
    const id = requestIds(trustedProxies(['10.0.0.0/8']), new ManualClock(0))(request);
    expect(id).toEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected));
  });
});
