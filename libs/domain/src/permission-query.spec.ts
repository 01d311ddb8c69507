import { runInThisContext } from 'node:vm';
import fc from 'fast-check';
import { QUERY_DEPTH_MAX, QUERY_LENGTH_MAX, allOf, formatQuery, parseQuery, satisfies } from './permission-query.js';
import type { PermissionQuery } from './permission-query.js';

const SCOPES = ['a', 'b.c', 'd:e', 'f.*', 'read'] as const;

const { query } = fc.letrec<{ query: PermissionQuery; leaf: PermissionQuery; branch: PermissionQuery }>((tie) => ({
  query: fc.oneof({ maxDepth: 4, withCrossShrink: true }, tie('leaf'), tie('branch')),
  leaf: fc.constantFrom(...SCOPES).map((permission) => ({ kind: 'permission', permission })),
  branch: fc
    .tuple(fc.constantFrom('all' as const, 'any' as const), fc.array(tie('query'), { minLength: 2, maxLength: 4 }))
    .map(([kind, of]) => ({ kind, of })),
}));

/** Any query a program can build, lists of none and one among them. */
const { built } = fc.letrec<{ built: PermissionQuery; leaf: PermissionQuery; branch: PermissionQuery }>((tie) => ({
  built: fc.oneof({ maxDepth: 4 }, tie('leaf'), tie('branch')),
  leaf: fc.constantFrom(...SCOPES).map((permission) => ({ kind: 'permission', permission })),
  branch: fc
    .tuple(fc.constantFrom('all' as const, 'any' as const), fc.array(tie('built'), { maxLength: 3 }))
    .map(([kind, of]) => ({ kind, of })),
}));

function print(asked: PermissionQuery): string {
  return formatQuery(asked) ?? '';
}

/** The query as JavaScript, with its own precedence of && over ||. */
function evaluated(text: string, granted: readonly string[]): unknown {
  const script = text
    .replace(/[a-z][a-z.:*]*/g, (permission) => String(granted.includes(permission)))
    .replaceAll('AND', '&&')
    .replaceAll('OR', '||');
  return runInThisContext(script);
}

describe('a permission query', () => {
  it('is read back from its text', () => {
    fc.assert(
      fc.property(query, fc.constantFrom(' ', '  ', '\t', '\n'), (asked, space) => {
        const text = print(asked);
        fc.pre(text.length <= QUERY_LENGTH_MAX / 2);
        expect(parseQuery(text)).toEqual({ query: asked });
        expect(parseQuery(text.replaceAll(' ', space))).toEqual({ query: asked });
      }),
    );
  });

  it('binds AND tighter than OR', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((permission) => ({ kind: 'permission', permission }));
    expect(parseQuery('a OR b AND c')).toEqual({ query: { kind: 'any', of: [a, { kind: 'all', of: [b, c] }] } });
    expect(parseQuery('(a OR b) AND c')).toEqual({ query: { kind: 'all', of: [{ kind: 'any', of: [a, b] }, c] } });
  });

  it('needs no space around parentheses and may have more of them than it needs', () => {
    expect(parseQuery('((a)AND(b.c))')).toEqual(parseQuery('a AND b.c'));
  });

  it('is satisfied exactly when the same sentence in JavaScript is true', () => {
    fc.assert(
      fc.property(query, fc.subarray([...SCOPES]), (asked, granted) => {
        expect(satisfies(granted, asked)).toBe(evaluated(print(asked), granted));
      }),
      { numRuns: 500 },
    );
  });

  it('is satisfied by wildcards and by what admin implies', () => {
    expect(satisfies(['x.*', 'admin'], allOf(['x.y', 'delete']))).toBe(true);
    expect(satisfies(['x.*', 'write'], allOf(['x.y', 'delete']))).toBe(false);
  });

  it('of a list asks for all of it, and of an empty list for nothing', () => {
    expect(satisfies(['a'], allOf(['a', 'b']))).toBe(false);
    expect(satisfies(['b', 'a'], allOf(['a', 'b']))).toBe(true);
    expect(satisfies([], allOf([]))).toBe(true);
  });
});

describe('a query as text', () => {
  it.each([
    ['a   OR ( b AND c )', 'a OR b AND c'],
    ['( a OR b ) AND (c OR d)', '(a OR b)AND(c OR d)'],
    ['((a))', 'a'],
    ['a AND (b AND c)', 'a AND(b AND c)'],
  ])('of %j is %j: never longer than what it was read from', (text, shortest) => {
    const parsed = parseQuery(text);
    if ('error' in parsed) throw new Error(parsed.error);
    expect(formatQuery(parsed.query)).toBe(shortest);
    expect(parseQuery(shortest)).toEqual(parsed);
  });

  it('nests no deeper than what it was read from', () => {
    const text = '(a OR b AND'.repeat(QUERY_DEPTH_MAX) + ' c' + ')'.repeat(QUERY_DEPTH_MAX);
    const parsed = parseQuery(text);
    if ('error' in parsed) throw new Error(parsed.error);
    expect(parseQuery(print(parsed.query))).toEqual(parsed);
  });

  it('asks for the same, however the query was built', () => {
    fc.assert(
      fc.property(built, fc.subarray([...SCOPES]), (asked, granted) => {
        fc.pre(!JSON.stringify(asked).includes('{"kind":"any","of":[]}'));
        const text = formatQuery(asked);
        const parsed = parseQuery(text ?? '');
        expect(text === undefined || ('query' in parsed && satisfies(granted, parsed.query))).toBe(
          satisfies(granted, asked),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('is never the text of a lesser demand: any of nothing has none', () => {
    const impossible: PermissionQuery = { kind: 'any', of: [] };
    expect(satisfies(['admin'], impossible)).toBe(false);
    expect(() => formatQuery({ kind: 'all', of: [impossible] })).toThrow(RangeError);
  });
});

describe('text that is no query', () => {
  it.each([
    ['', 0, 'Expected a permission or "(".'],
    ['   ', 3, 'Expected a permission or "(".'],
    ['AND', 0, 'Expected a permission or "(".'],
    ['a AND', 5, 'Expected a permission or "(".'],
    ['a AND OR b', 6, 'Expected a permission or "(".'],
    ['a OR *', 5, 'Expected a permission or "(".'],
    ['a OR B', 5, 'Expected a permission or "(".'],
    ['a AND ()', 7, 'Expected a permission or "(".'],
    ['a && b', 2, 'Expected AND, OR or the end of the query.'],
    ['a and b', 2, 'Expected AND, OR or the end of the query.'],
    ['a (b)', 2, 'Expected AND, OR or the end of the query.'],
    ['a)', 1, 'Expected AND, OR or the end of the query.'],
    ['a OR (b', 7, 'Expected AND, OR or the ")" for position 5.'],
    ['(a b)', 3, 'Expected AND, OR or the ")" for position 0.'],
    ['a OR \u{1F511}', 5, 'Expected a permission or "(".'],
    ['\u{1F511} OR a', 0, 'Expected a permission or "(".'],
  ])('%j is wrong at %i: %s', (text, position, error) => {
    expect(parseQuery(text)).toEqual({ error, position });
  });

  it('is refused above 1,000 characters, unread', () => {
    const longest = 'a'.repeat(100) + ' '.repeat(QUERY_LENGTH_MAX - 100);
    expect(parseQuery(longest)).toHaveProperty('query');
    expect(parseQuery(`${longest} `)).toEqual({
      error: 'A query has at most 1000 characters.',
      position: QUERY_LENGTH_MAX,
    });
  });

  it('is refused at the first parenthesis that is nested too deep', () => {
    const nested = (depth: number): string => '('.repeat(depth) + 'a' + ')'.repeat(depth);
    expect(parseQuery(nested(QUERY_DEPTH_MAX))).toEqual({ query: { kind: 'permission', permission: 'a' } });
    expect(parseQuery(nested(QUERY_DEPTH_MAX + 1))).toEqual({
      error: 'Parentheses nest at most 16 deep.',
      position: QUERY_DEPTH_MAX,
    });
  });

  it('never throws, points inside or right behind itself, and is not repeated in the message', () => {
    const noise = fc.string({
      unit: fc.constantFrom('a', 'b.c', '*', '(', ')', ' ', 'AND', 'OR', '\u{1F511}', '\ud800'),
    });
    fc.assert(
      fc.property(fc.oneof(noise, fc.string({ unit: 'binary' })), (text) => {
        const parsed = parseQuery(text);
        if ('query' in parsed) return;
        expect(parsed.position).toBeGreaterThanOrEqual(0);
        expect(parsed.position).toBeLessThanOrEqual(text.length);
        expect(parsed.error).not.toContain('\u{1F511}');
      }),
    );
  });

  it('becomes no other query by an appended parenthesis or keyword', () => {
    fc.assert(
      fc.property(query, fc.constantFrom(')', '(', ' AND', ' OR', ' a', '*)'), (asked, more) => {
        fc.pre(print(asked).length < QUERY_LENGTH_MAX - 4);
        expect(parseQuery(print(asked) + more)).toHaveProperty('error');
      }),
    );
  });
});
