import fc from 'fast-check';
import { redacted, someEntry } from '../../../test/support/memory-log.js';
import { type ChangeEntry, encodeEntry, leafOf, type LoggedEntry, type UseEntry } from './log-leaf.js';

const SALT = Buffer.alloc(16, 7);
const text = fc.oneof(fc.string({ maxLength: 30 }), fc.constantFrom('","ip":"', '\\', '"', 'null', ' '));
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const at = fc.integer({ min: 0, max: 2 ** 44 });
const shared = { id: text, at, keyId: maybe(text), ip: maybe(text), userAgent: maybe(text) };

const use: fc.Arbitrary<UseEntry> = fc.record({
  ...shared,
  kind: fc.constant('use' as const),
  secretId: maybe(text),
  ownerId: maybe(text),
  outcome: text,
  latencyUs: fc.nat(),
  requestId: text,
  method: text,
  endpoint: text,
});
const change: fc.Arbitrary<ChangeEntry> = fc.record({
  ...shared,
  kind: fc.constant('change' as const),
  action: text,
  userId: maybe(text),
  endpoint: maybe(text),
  method: maybe(text),
  requestId: maybe(text),
  statusCode: maybe(fc.nat(599)),
  responseTimeMs: maybe(fc.nat(9_999)),
  errorMessage: maybe(text),
  metadata: maybe(fc.jsonValue()),
});
const entry: fc.Arbitrary<LoggedEntry> = fc.oneof(use, change);

const leaf = (of: LoggedEntry, salt: Buffer | null = SALT, commitment: Buffer | null = null) =>
  leafOf({ entry: of, salt, commitment })?.toString('hex');

describe('the leaf of an entry', () => {
  it('changes with every member of the entry', () => {
    fc.assert(
      fc.property(entry, entry, fc.nat(), (one, other, pick) => {
        const names = Object.keys(one).filter((name) => name !== 'kind');
        const name = names[pick % names.length] as keyof LoggedEntry;
        fc.pre(name in other && JSON.stringify(one[name]) !== JSON.stringify(other[name]));
        expect(leaf({ ...one, [name]: other[name] })).not.toBe(leaf(one));
      }),
    );
  });

  it('is the same in whatever order the members of its metadata lie', () => {
    const entryWith = (metadata: unknown): LoggedEntry => ({ ...(someEntry(0) as ChangeEntry), metadata });
    expect(leaf(entryWith({ b: { d: 1, c: 2 }, a: [1] }))).toBe(leaf(entryWith({ a: [1], b: { c: 2, d: 1 } })));
    expect(leaf(entryWith({ a: 1 }))).not.toBe(leaf(entryWith([['a', 1]])));
    expect(leaf(entryWith(['object', ['a', 1]]))).not.toBe(leaf(entryWith({ a: 1 })));
  });

  it('stays when what is said of a person is taken out, and only with the commitment that was made', () => {
    fc.assert(
      fc.property(entry, (whole) => {
        const kept = redacted({ entry: whole, salt: SALT, commitment: null, leaf: 0 });
        expect(leafOf(kept)?.toString('hex')).toBe(leaf(whole));
        expect(JSON.stringify(kept)).not.toContain(JSON.stringify(SALT));
        expect(leaf(kept.entry, null, Buffer.alloc(32))).not.toBe(leaf(whole));
      }),
    );
  });

  it('is none when an entry is kept with both, with neither, or with a person although it was redacted', () => {
    const whole = someEntry(1);
    const { entry: impersonal, commitment } = redacted({ entry: whole, salt: SALT, commitment: null, leaf: 0 });
    expect(leaf(whole, SALT, commitment)).toBeUndefined();
    expect(leaf(whole, null, null)).toBeUndefined();
    expect(leaf(whole, null, commitment)).toBeUndefined();
    expect(leaf(whole, SALT.subarray(1))).toBeUndefined();
    expect(leaf(impersonal, null, commitment)).toBe(leaf(whole));
  });

  it('does not betray a person to whoever guesses: the same entry with another salt has another leaf', () => {
    expect(leaf(someEntry(1), Buffer.alloc(16, 8))).not.toBe(leaf(someEntry(1)));
  });

  it('keeps the encoding that is in the databases of today', () => {
    expect([encodeEntry(someEntry(1)), encodeEntry(someEntry(10))]).toMatchInlineSnapshot(`
      [
        {
          "open": "akm.use/1 {"id":"01930000-0000-7000-8000-000000000001","at":1767225600100,"key":"01930000-0000-7001-8000-000000000001","secret":"01930000-0000-7004-8000-000000000001","owner":"01930000-0000-7005-8000-000000000001","outcome":"VALID","us":41,"request":"01930000-0000-7002-8000-000000000001","method":"GET","path":"/protected/test"}",
          "personal": "{"ip":"203.0.113.1","agent":"curl/8.5.0"}",
        },
        {
          "open": "akm.change/1 {"id":"01930000-0000-7000-8000-00000000000a","at":1767225601000,"action":"api_key_updated","key":"01930000-0000-7001-8000-00000000000a","user":"01930000-0000-7003-8000-00000000000a","request":"01930000-0000-7002-8000-00000000000a","method":"GET","path":"/protected/test","status":200,"ms":null}",
          "personal": "{"ip":"203.0.113.10","agent":"curl/8.5.0","error":null,"metadata":["object",["name",["list","n10","new"]]]}",
        },
      ]
    `);
  });
});
