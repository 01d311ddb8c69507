import fc from 'fast-check';
import { Problem, type ProblemCode } from '#problems';
import { parseStrictJson } from './strict-json.js';

describe('strict JSON', () => {
  it('reads every valid document as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6, stringUnit: 'binary' }), fc.boolean(), (compact, isIndented) => {
        const text = isIndented ? JSON.stringify(JSON.parse(compact), null, 2) : compact;
        fc.pre(refusal(text) !== 'INVALID_TEXT' && refusal(text) !== 'UNSAFE_MEMBER');
        expect(parseStrictJson(Buffer.from(text))).toEqual(JSON.parse(text));
      }),
      { numRuns: 300 },
    );
  });

  it('refuses exactly what JSON.parse refuses when nothing else is wrong', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 3 }), fc.nat(), fc.constantFrom('', ',', '"', '}', ']', ':', '1', 'x'), splice),
      { numRuns: 500 },
    );
  });

  it.each<[ProblemCode, string]>([
    ['MALFORMED_JSON', '{"a":1,}'],
    ['MALFORMED_JSON', '\ufeff{}'],
    ['MALFORMED_JSON', ' '],
    ['MALFORMED_JSON', '{"a":NaN}'],
    ['MALFORMED_JSON', '"\0"'],
    ['DUPLICATE_MEMBER', '{"a":1,"b":2,"a":1}'],
    ['DUPLICATE_MEMBER', '{"a":1,"\\u0061":1}'],
    ['DUPLICATE_MEMBER', '[{"x":{"a":{},"a":{}}}]'],
    ['DUPLICATE_MEMBER', `{${members(900)},"m17":0}`],
    ['TOO_DEEP', nested(33)],
    ['TOO_DEEP', nested(100_000)],
    ['TOO_DEEP', `${'{"a":'.repeat(33)}1${'}'.repeat(33)}`],
    ['TOO_MANY_MEMBERS', `[${'0,'.repeat(1_000)}0]`],
    ['TOO_MANY_MEMBERS', `{${members(1_001)}}`],
    ['INVALID_TEXT', '{"a":"\\u0000"}'],
    ['INVALID_TEXT', '{"\\u0000":1}'],
    ['INVALID_TEXT', '["\\ud800"]'],
    ['INVALID_TEXT', '["\\udc00\\ud800"]'],
    ['UNSAFE_NUMBER', '1e400'],
    ['UNSAFE_NUMBER', '[1,-1e100000]'],
    ['UNSAFE_NUMBER', '9007199254740993'],
    ['UNSAFE_NUMBER', '-123456789012345678901234567890'],
    ['UNSAFE_NUMBER', '1e-400'],
    ['UNSAFE_MEMBER', '{"__proto__":{}}'],
    ['UNSAFE_MEMBER', '{"\\u005f_proto__":{}}'],
    ['UNSAFE_MEMBER', '{"constructor":{"prototype":{}}}'],
  ])('answers %s to document %#', (code, text) => {
    expect(refusal(text)).toBe(code);
  });

  it.each([
    nested(32),
    `[${'0,'.repeat(999)}0]`,
    `{${members(1_000)}}`,
    '[{"a":1},{"a":1}]',
    '{"a":{"a":"a"}}',
    '{"a":["b","b"],"b":1}',
    '["\\ud83d\\ude00","\u{1f600}"]',
    '["\\"",",","{[:"]',
    '{"\\"":1,"\\\\":2}',
    '[9007199254740992,0.1,1e23,-0,0e9,0.000]',
    '["__proto__"]',
    '9007199254740991',
  ])('accepts document %#', (text) => {
    expect(parseStrictJson(Buffer.from(text))).toEqual(JSON.parse(text));
  });

  it.each([[0xff], [0x22, 0xc0, 0xaf, 0x22], [0x22, 0xed, 0xa0, 0x80, 0x22], [0xff, 0xfe, 0x7b, 0x00]])(
    'refuses bytes that are not UTF-8: %#',
    (...bytes) => {
      expect(refusal(Buffer.from(bytes))).toBe('INVALID_TEXT');
    },
  );

  it('takes an empty body for no document', () => {
    expect(parseStrictJson(Buffer.alloc(0))).toBeUndefined();
  });

  it('never quotes the body it refuses', () => {
    const secret = 'akm_live_secret';
    expect(() => parseStrictJson(Buffer.from(`{"key": ${secret}}`))).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining(secret) as string, cause: undefined }) as Error,
    );
  });
});

function refusal(body: string | Buffer): ProblemCode | undefined {
  try {
    parseStrictJson(Buffer.from(body));
    return undefined;
  } catch (error) {
    if (error instanceof Problem) return error.code;
    throw error;
  }
}

/** Damages a document and expects the two parsers to agree on whether it still is one. */
function splice(json: string, seed: number, damage: string): void {
  const at = seed % (json.length + 1);
  const text = json.slice(0, at) + damage + json.slice(at + 1);
  // Nothing is no document, which is not malformed: a test of its own says so.
  fc.pre(text !== '');
  expect(refusal(text) === 'MALFORMED_JSON').toBe(!isJson(text));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function nested(depth: number): string {
  return '['.repeat(depth) + ']'.repeat(depth);
}

function members(count: number): string {
  return Array.from({ length: count }, (_, index) => `"m${index}":0`).join(',');
}
