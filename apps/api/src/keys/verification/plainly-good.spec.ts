import { anything, array, assert, asyncProperty, constantFrom, integer, oneof, record, string } from 'fast-check';
import { validationPipe } from '../../http/validation.pipe.js';
import { isPlainlyGood } from './plainly-good.js';
import { VerifyDto } from './verify.dto.js';

const odd = oneof(
  constantFrom(null, undefined, '', 'read', 'a AND', 'production', 'qa', '\ufe0f', 'x'.repeat(513), 'a OR (b AND c.*)'),
  integer({ min: -2, max: 1_000_002 }),
  string({ unit: 'binary', maxLength: 130 }),
  array(constantFrom('read', 'a.*', '*', 1), { maxLength: 3 }),
  anything(),
);
/** Mostly as it should be. */
const mostly = (...good: unknown[]) =>
  oneof({ weight: 9, arbitrary: constantFrom(...good) }, { weight: 1, arbitrary: odd });
const body = record(
  {
    key: mostly('k', 'x'.repeat(512)),
    permissions: mostly(['read'], 'a OR b', [], null),
    environment: mostly('staging', undefined),
    service: mostly('s', null),
    ip: mostly('::1', ''),
    user_agent: mostly('curl/8', 'x'.repeat(512)),
    cost: mostly(0, 1_000_000),
  },
  { requiredKeys: ['key'] },
);

describe('a body that is plainly good', () => {
  it.each([
    [{ key: 'k' }],
    [
      {
        key: 'k',
        permissions: ['read', 'a.*'],
        environment: 'staging',
        service: 's',
        ip: '::1',
        user_agent: '',
        cost: 0,
      },
    ],
    [{ key: 'k', permissions: 'a AND b', environment: null, service: null, ip: null, user_agent: null, cost: null }],
  ])('is what callers send: %j', (sent) => {
    expect(isPlainlyGood(sent)).toBe(true);
  });

  it('is one that the DTO accepts, and reads as it is', async () => {
    const pipe = validationPipe();
    let good = 0;
    await assert(
      asyncProperty(oneof(body, body, odd), async (sent) => {
        if (!isPlainlyGood(sent)) return;
        good++;
        expect({ ...((await pipe.transform(sent, { type: 'body', metatype: VerifyDto })) as object) }).toEqual({
          ...sent,
        });
      }),
      { numRuns: 3_000 },
    );
    expect(good).toBeGreaterThan(300);
  });
});
