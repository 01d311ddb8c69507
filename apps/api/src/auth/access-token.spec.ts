import { createHmac } from 'node:crypto';
import { ManualClock } from '#domain';
import { Config } from '../config/config.js';
import { parseEnv } from '../config/env.js';
import { AccessTokens } from './access-token.js';

const SECRET = 'a secret of this test, long enough for HS256';
const SUBJECT = { userId: '0192aaaa-0000-7000-8000-000000000001', sessionId: '0192bbbb-0000-7000-8000-000000000002' };
const NOW_SECONDS = 1_790_000_000;
const LIFETIME_SECONDS = 30 * 60;

function tokensOf(clock: ManualClock, ...jwt: string[]): AccessTokens {
  return new AccessTokens(new Config(parseEnv({}), { jwt, masterEncryption: [] }), clock);
}

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const decoded = (part = '') => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;

function signed(header: object, claims: object, secret = SECRET, hash = 'sha256'): string {
  const text = `${encoded(header)}.${encoded(claims)}`;
  return `${text}.${createHmac(hash, secret).update(text).digest('base64url')}`;
}

describe('an access token', () => {
  let clock: ManualClock;
  let tokens: AccessTokens;
  let token: string;
  let header: Record<string, unknown>;
  let claims: Record<string, unknown>;

  beforeEach(() => {
    clock = new ManualClock(NOW_SECONDS * 1000);
    tokens = tokensOf(clock, SECRET);
    token = tokens.sign(SUBJECT);
    const [first, second] = token.split('.');
    header = decoded(first);
    claims = decoded(second);
  });

  it('says whose it is, for whom, and for how long, and nothing else', () => {
    expect(header).toEqual({ alg: 'HS256', typ: 'at+jwt' });
    expect(claims).toEqual({
      iss: 'akm',
      aud: 'akm-api',
      sub: SUBJECT.userId,
      sid: SUBJECT.sessionId,
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      iat: NOW_SECONDS,
      exp: NOW_SECONDS + LIFETIME_SECONDS,
    });
  });

  it('is read until the second in which it expires', () => {
    clock.advance(LIFETIME_SECONDS * 1000 - 1);
    expect(tokens.read(token)).toEqual(SUBJECT);
    clock.advance(1);
    expect(tokens.read(token)).toBeUndefined();
  });

  it('is read with every secret of the list, and signed with the first', () => {
    const rotated = tokensOf(clock, 'the next secret, of no use before its time', SECRET);
    expect(rotated.read(token)).toEqual(SUBJECT);
    expect(tokens.read(rotated.sign(SUBJECT))).toBeUndefined();
  });

  it('is read as hand-made from the same parts: the cases below fail for the reason they name', () => {
    expect(tokens.read(signed(header, claims))).toEqual(SUBJECT);
  });

  it.each<[string, () => string]>([
    ['another secret', () => signed(header, claims, 'x'.repeat(40))],
    ['no signature', () => `${encoded({ alg: 'none', typ: 'at+jwt' })}.${encoded(claims)}.`],
    ['another algorithm', () => signed({ alg: 'HS512', typ: 'at+jwt' }, claims, SECRET, 'sha512')],
    ['another type', () => signed({ alg: 'HS256', typ: 'JWT' }, claims)],
    ['a critical extension', () => signed({ ...header, crit: ['b64'], b64: false }, claims)],
    ['a key of its own', () => signed({ ...header, jwk: { kty: 'oct', k: 'AAAA' } }, claims)],
    ['another issuer', () => signed(header, { ...claims, iss: 'somebody' })],
    ['another audience', () => signed(header, { ...claims, aud: 'another-api' })],
    ['no expiry', () => signed(header, { ...claims, exp: undefined })],
    ['no time of issue', () => signed(header, { ...claims, iat: undefined })],
    ['a time of issue in the future', () => signed(header, { ...claims, iat: NOW_SECONDS + 61 })],
    ['a time before which it is not valid', () => signed(header, { ...claims, nbf: NOW_SECONDS + 1 })],
    ['no session', () => signed(header, { ...claims, sid: undefined })],
    ['no subject', () => signed(header, { ...claims, sub: undefined })],
    ['claims that are not an object', () => signed(header, [])],
    ['padding', () => `${token}=`],
    ['a space in front', () => ` ${token}`],
    ['a line break behind', () => `${token}\n`],
    ['the standard base64 alphabet', () => token.replace(/\.[^.]*$/, '.++++')],
    ['a fourth part', () => `${token}.AAAA`],
    ['two parts', () => token.replace(/\.[^.]*$/, '')],
    ['more than 4 KiB', () => signed(header, { ...claims, more: 'x'.repeat(4096) })],
    ['nothing in it', () => ''],
  ])('is refused with %s', (_, forge) => {
    expect(tokens.read(forge())).toBeUndefined();
  });

  it('is refused with one bit of its signature changed', () => {
    const [head, body, signature = ''] = token.split('.');
    const bytes = Buffer.from(signature, 'base64url');
    bytes[0] = (bytes[0] ?? 0) ^ 1;
    expect(tokens.read(`${head ?? ''}.${body ?? ''}.${bytes.toString('base64url')}`)).toBeUndefined();
  });
});
