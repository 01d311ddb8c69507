import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { knownKey } from '../../../../../../test/support/known-key.js';
import type { KnownKey } from '../known-key.js';
import { KeyTable } from './key-table.js';

const digestOf = (secret: number) => createHash('sha256').update(String(secret)).digest('binary');
const uuid = (number: number) => `0198f0c4-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;

const text = fc.string({ unit: 'binary', maxLength: 40 }).map((value) => value.replaceAll('\0', ''));
const known: fc.Arbitrary<KnownKey> = fc
  .record({
    id: fc.nat({ max: 5 }).map(uuid),
    secretId: fc.uuid(),
    ownerId: fc.uuid(),
    name: text,
    externalId: fc.option(text),
    meta: fc.option(fc.dictionary(text, fc.oneof(text, fc.integer(), fc.constant(null))), { freq: 2 }),
    expiresAt: fc.option(fc.nat()),
    secret: fc.record({ retiredAt: fc.option(fc.nat()) }),
    state: fc.constantFrom('active' as const, 'disabled' as const, 'revoked' as const),
    permissions: fc.subarray(['read', 'write', 'admin']),
    hasCredits: fc.boolean(),
    throttle: fc.option(fc.record({ limits: fc.constant([]), until: fc.nat({ max: 3 }) })),
  })
  .map(knownKey);

/** What a table is asked to do. */
const step = fc.oneof(
  fc.record({ do: fc.constant('keep' as const), secret: fc.nat({ max: 11 }), known }),
  fc.record({ do: fc.constant('drop' as const), key: fc.nat({ max: 5 }) }),
  fc.record({ do: fc.constant('find' as const), secret: fc.nat({ max: 11 }) }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** What a table with room for everything would hold. */
function held(steps: readonly Step[]): Map<number, KnownKey> {
  const model = new Map<number, KnownKey>();
  for (const taken of steps) {
    if (taken.do === 'keep') model.set(taken.secret, taken.known);
    if (taken.do !== 'drop') continue;
    for (const [secret, { key }] of model) if (key.id === uuid(taken.key)) model.delete(secret);
  }
  return model;
}

function take(table: KeyTable, steps: readonly Step[]): void {
  for (const taken of steps) {
    if (taken.do === 'keep') table.keep(digestOf(taken.secret), taken.known);
    if (taken.do === 'drop') table.drop(uuid(taken.key));
    if (taken.do === 'find') table.find(digestOf(taken.secret));
  }
}

describe('KeyTable', () => {
  it('holds exactly what a map would hold, each key as it was given', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const table = new KeyTable(1_000);
        take(table, steps);
        const model = held(steps);
        expect(table.size).toBe(model.size);
        for (let secret = 0; secret <= 11; secret++) expect(table.find(digestOf(secret))).toEqual(model.get(secret));
      }),
    );
  });

  it('holds at most what it may, and nothing that a map would not hold', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 4 }), (steps, countMax) => {
        const table = new KeyTable(countMax);
        take(table, steps);
        const model = held(steps);
        expect(table.size).toBeLessThanOrEqual(countMax);
        for (let secret = 0; secret <= 11; secret++) {
          const found = table.find(digestOf(secret));
          if (found) expect(found).toEqual(model.get(secret));
        }
      }),
    );
  });

  it('grows to many keys, finds each, and forgets each when it is dropped', () => {
    const table = new KeyTable(100_000);
    for (let n = 0; n < 30_000; n++) table.keep(digestOf(n), knownKey({ id: uuid(n), name: `key ${n}` }));
    expect(table.size).toBe(30_000);
    for (let n = 0; n < 30_000; n += 7) expect(table.find(digestOf(n))?.key.name).toBe(`key ${n}`);
    for (let n = 0; n < 30_000; n += 2) table.drop(uuid(n));
    for (let n = 0; n < 30_000; n++) expect(table.find(digestOf(n))?.key.id).toBe(n % 2 ? uuid(n) : undefined);
    expect(table.size).toBe(15_000);
  });

  it('gives up keys that nobody uses before one that somebody uses', () => {
    const table = new KeyTable(100);
    table.keep(digestOf(0), knownKey({ id: uuid(0) }));
    for (let n = 1; n < 10_000; n++) {
      expect(table.find(digestOf(0))?.key.id).toBe(uuid(0));
      table.keep(digestOf(n), knownKey({ id: uuid(n) }));
    }
    expect(table.size).toBe(100);
  });

  it('keeps its bound on memory whatever texts keys have, and does without keys whose text is enormous', () => {
    const table = new KeyTable(1_000);
    for (let n = 0; n < 1_000; n++) {
      table.keep(digestOf(n), knownKey({ id: uuid(n), meta: { note: 'x'.repeat(5_000) } }));
    }
    expect(table.size).toBeGreaterThan(5);
    expect(table.size).toBeLessThan(40);
    table.keep(digestOf(-1), knownKey({ id: uuid(1), meta: { note: 'x'.repeat(100_000) } }));
    expect(table.find(digestOf(-1))).toBeUndefined();
  });
});
