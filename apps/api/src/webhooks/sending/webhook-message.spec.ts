import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { bodyOf, headersOf } from './webhook-message.js';

const NOW = Date.UTC(2026, 10, 22, 12, 0, 0, 999);
const FORMER = Buffer.alloc(32, 1);
const CURRENT = Buffer.alloc(32, 2);
const secretOf = (key: Buffer) => `whsec_${key.toString('base64')}`;
const body = bodyOf({ type: 'key.created', timestamp: new Date(NOW), data: { name: 'billing' } });
const headers = headersOf('msg_1', body, [secretOf(CURRENT), secretOf(FORMER)], NOW);

beforeEach(() => jest.useFakeTimers({ now: NOW }));
afterEach(() => jest.useRealTimers());

describe('a message', () => {
  it('is signed with each secret as the page about webhooks says', () => {
    const signed = `msg_1.${Math.floor(NOW / 1000)}.${body}`;
    const signatures = [CURRENT, FORMER].map((key) => createHmac('sha256', key).update(signed).digest('base64'));
    expect(headers['webhook-signature']).toBe(signatures.map((signature) => `v1,${signature}`).join(' '));
  });

  it.each([CURRENT, FORMER])('is believed by the library of the standard under secret %#', (key) => {
    expect(new Webhook(secretOf(key)).verify(body, headers)).toMatchObject({ type: 'key.created' });
  });

  it.each([
    ['another body', body.replace('billing', 'Billing'), {}],
    ['another id', body, { 'webhook-id': 'msg_2' }],
    ['another time', body, { 'webhook-timestamp': String(Math.floor(NOW / 1000) + 1) }],
  ])('is not believed with %s', (_, received, changed) => {
    expect(() => new Webhook(secretOf(CURRENT)).verify(received, { ...headers, ...changed })).toThrow('signature');
  });
});
