import { type FastifyRequest } from 'fastify';
import { canonicalAddress, requestOrigin } from './request-origin.js';

const NOWHERE = { id: '0192', ip: '127.0.0.1', method: 'GET', url: '/notes', headers: {} };

function originOf(request: Partial<Record<keyof typeof NOWHERE, unknown>>) {
  return requestOrigin({ ...NOWHERE, ...request } as FastifyRequest);
}

describe('the origin of a request', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['::FFFF:0a00:0001', '10.0.0.1'],
    ['10.0.0.1:5678', '10.0.0.1'],
    ['[2001:DB8::1]:5678', '2001:db8::1'],
    ['2001:db8:0:0:0:0:0:1', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
  ])('writes %s as %s', (sent, canonical) => {
    expect(canonicalAddress(sent)).toBe(canonical);
  });

  it.each(['', 'unknown', '010.0.0.1', '0x7f.1', '10.1', '2130706433', '10.0.0.1 ', '1.2.3.4, 5.6.7.8', '::1::'])(
    'takes %p for no address',
    (sent) => {
      expect(canonicalAddress(sent)).toBeNull();
    },
  );

  it('leaves out the query and the fragment', () => {
    expect(originOf({ url: '/notes?token=1' }).endpoint).toBe('/notes');
    expect(originOf({ url: '/notes#token=1' }).endpoint).toBe('/notes');
  });

  it('bounds what the sender chose, and takes the power out of control characters', () => {
    const { userAgent, endpoint } = originOf({
      headers: { 'user-agent': '\u001b[2Jcurl\u0085' },
      url: '/x'.repeat(5_000),
    });
    expect(userAgent).toBe('\ufffd[2Jcurl\ufffd');
    expect(endpoint).toHaveLength(512);
    expect(originOf({ headers: { 'user-agent': 'x'.repeat(9_999) } }).userAgent).toHaveLength(512);
    expect(originOf({}).userAgent).toBeNull();
  });
});
