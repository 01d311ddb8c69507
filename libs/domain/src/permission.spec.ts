import fc from 'fast-check';
import { BUILT_IN_PERMISSIONS, PERMISSION_LENGTH_MAX, covers, isPermission } from './permission.js';

const segment = fc.stringMatching(/^[ab]{1,2}$/);
const separator = fc.constantFrom('.', ':');
const scope = fc
  .tuple(segment, fc.array(fc.tuple(separator, segment), { maxLength: 3 }), fc.option(separator))
  .map(([first, rest, wild]) => first + rest.map((pair) => pair.join('')).join('') + (wild ? `${wild}*` : ''));
const permission = fc.oneof(fc.constantFrom(...BUILT_IN_PERMISSIONS), scope);

/** A permission and two more, each of which the one before covers by the rules of the grammar. */
const chain = permission.chain((a) => narrowed(a).chain((b) => fc.tuple(fc.constant(a), fc.constant(b), narrowed(b))));

function narrowed(wide: string): fc.Arbitrary<string> {
  if (wide === 'admin') return fc.constantFrom(...BUILT_IN_PERMISSIONS);
  if (!wide.endsWith('*')) return fc.constant(wide);
  return fc.oneof(
    fc.constant(wide),
    scope.map((below) => wide.slice(0, -1) + below),
  );
}

describe('a permission', () => {
  it.each(['read', 'admin', 'a', 'a.b', 'a:b', 'a.b:c', 'a_b-c.0', 'a.*', 'a:*', 'akm:keys:*', '-', '_.*'])(
    'may be %s',
    (text) => {
      expect(isPermission(text)).toBe(true);
    },
  );

  it.each(['', '*', '.', ':', '.*', ':*', 'a.', '.a', 'a..b', 'a.:b', '*.a', 'a.*.b', 'a*', 'a.b*', 'a.**', 'a:*:*'])(
    'may not be %j',
    (text) => {
      expect(isPermission(text)).toBe(false);
    },
  );

  it.each(['A', 'Read', 'a b', ' a', 'a ', 'a\n', 'a\0', 'é', 'a/b', 'a,b', '(a)', 'AND', 'OR', 'a.\u212A'])(
    'is not written %j',
    (text) => {
      expect(isPermission(text)).toBe(false);
    },
  );

  it('has at most 128 characters', () => {
    expect(isPermission('a'.repeat(PERMISSION_LENGTH_MAX))).toBe(true);
    expect(isPermission('a'.repeat(PERMISSION_LENGTH_MAX + 1))).toBe(false);
    expect(isPermission('a.'.repeat(63) + '.*')).toBe(false);
  });

  it('is every one the other properties are about', () => {
    fc.assert(fc.property(permission, isPermission));
  });
});

describe('a granted permission', () => {
  it('covers itself', () => {
    fc.assert(
      fc.property(permission, (one) => {
        expect(covers([one], one)).toBe(true);
      }),
    );
  });

  it('covers whatever is covered by what it covers', () => {
    fc.assert(
      fc.property(chain, ([a, b, c]) => {
        expect([covers([a], b), covers([b], c), covers([a], c)]).toEqual([true, true, true]);
      }),
      { numRuns: 1_000 },
    );
  });

  it('and another one never cover each other: one of them is the wider', () => {
    fc.assert(
      fc.property(permission, permission, (a, b) => {
        fc.pre(a !== b);
        expect(covers([a], b) && covers([b], a)).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  it('takes nothing away from the others of its key', () => {
    fc.assert(
      fc.property(fc.array(permission), fc.array(permission), permission, (some, more, required) => {
        expect(covers([...some, ...more], required)).toBe(covers(some, required) || covers(more, required));
      }),
    );
  });

  it('covers nothing when there is none', () => {
    fc.assert(
      fc.property(permission, (required) => {
        expect(covers([], required)).toBe(false);
      }),
    );
  });

  it('admin covers read, write and delete, and no scope', () => {
    expect(BUILT_IN_PERMISSIONS.filter((required) => covers(['admin'], required))).toEqual([...BUILT_IN_PERMISSIONS]);
    fc.assert(
      fc.property(scope, (required) => {
        expect(covers(['admin'], required)).toBe(false);
      }),
    );
  });

  it.each(['read', 'write', 'delete'])('%s covers no other built-in', (granted) => {
    expect(BUILT_IN_PERMISSIONS.filter((required) => covers([granted], required))).toEqual([granted]);
  });

  it.each([
    ['a.*', 'a.b', true],
    ['a.*', 'a.b.c', true],
    ['a.*', 'a.b:c', true],
    ['a.*', 'a.*', true],
    ['a.*', 'a.b.*', true],
    ['akm:*', 'akm:keys:*', true],
    ['a.*', 'a', false],
    ['a.*', 'a:b', false],
    ['a.*', 'ab.c', false],
    ['a.b.*', 'a.*', false],
    ['a.b', 'a.*', false],
    ['a', 'a.b', false],
  ])('%s, asked for %s: %s', (granted, required, expected) => {
    expect(covers([granted], required)).toBe(expected);
  });

  it.each(['*', '.*', ':*', '', 'a*'])('%j, which is none and must have slipped in, covers nothing else', (granted) => {
    fc.assert(
      fc.property(permission, (required) => {
        expect(covers([granted], required)).toBe(false);
      }),
    );
  });
});
