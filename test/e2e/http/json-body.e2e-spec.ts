import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ReadableStream } from 'node:stream/web';
import { type Answer, type Person, TestApp } from '../../support/test-app.js';
import { describeWithVectors, vectors } from '../../support/vectors.js';

const app = TestApp.forTests();
let developer: Person;
beforeAll(async () => {
  developer = await app.person();
});

/** Sends a body as it is to the route that makes keys. */
async function send(body: string | Buffer, contentType = 'application/json'): Promise<Answer> {
  const response = await fetch(`${app.url}/api/v1/keys`, {
    method: 'POST',
    headers: { authorization: `Bearer ${developer.token}`, 'content-type': contentType },
    body: Buffer.from(body),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: JSON.parse(text) as Answer['body'] };
}

const withMeta = (value: string) => `{"name":"test","meta":${value}}`;
const nested = (depth: number) => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth);

describe('400', () => {
  it.each([
    ['an object nested 1,000 deep', withMeta(nested(1_000)), 'TOO_DEEP'],
    ['an object nested 20,000 deep', withMeta(nested(20_000)), 'TOO_DEEP'],
    ['a DTO field nested 10,000 deep', `{"name":${'['.repeat(10_000)}${']'.repeat(10_000)}}`, 'TOO_DEEP'],
    ['30,000 array items', `{"name":"test","tags":["a"${',"a"'.repeat(30_000)}]}`, 'TOO_MANY_MEMBERS'],
    ['NUL in a text', '{"name":"a\\u0000b"}', 'INVALID_TEXT'],
    ['NUL in free JSON', withMeta('{"a":"\\u0000"}'), 'INVALID_TEXT'],
    ['NUL in a member name', withMeta('{"\\u0000":1}'), 'INVALID_TEXT'],
    ['half a surrogate pair', '{"name":"\\ud800"}', 'INVALID_TEXT'],
    ['half a surrogate pair in free JSON', withMeta('{"a":"\\udc00\\ud800"}'), 'INVALID_TEXT'],
    ['a member given twice', '{"name":"a","name":"b"}', 'DUPLICATE_MEMBER'],
    ['a member given twice in other spellings', '{"name":"a","n\\u0061me":"b"}', 'DUPLICATE_MEMBER'],
    ['a number beyond all numbers', withMeta('{"a":1e100000}'), 'UNSAFE_NUMBER'],
    ['an integer that would be rounded', withMeta('{"a":9007199254740993}'), 'UNSAFE_NUMBER'],
    ['__proto__', '{"name":"test","__proto__":{"role":"admin"}}', 'UNSAFE_MEMBER'],
    ['__proto__ far inside', withMeta('{"a":[{"__proto__":{}}]}'), 'UNSAFE_MEMBER'],
    ['constructor.prototype', withMeta('{"constructor":{"prototype":{}}}'), 'UNSAFE_MEMBER'],
    ['two documents', '{"name":"test"}{"name":"test"}', 'MALFORMED_JSON'],
  ])('refuses %s', async (_, body, code) => {
    const answer = await send(body);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.body).toMatchObject({ status: 400, code, instance: answer.headers.get('x-request-id') });
  });

  it('refuses bytes that are not UTF-8', async () => {
    expect(await send(Buffer.from('{"name":"caf\xe9"}', 'latin1'))).toMatchObject({ status: 400 });
  });

  it('leaves the prototype of all objects as it was', () => {
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as Record<string, unknown>).role).toBeUndefined();
  });
});

describe('413', () => {
  it.each([256 * 1024 + 1, 2 * 1024 * 1024])('refuses %s bytes', async (size) => {
    expect(await send(`{"name":"${'a'.repeat(size - 11)}"}`)).toMatchObject({
      status: 413,
      body: { code: 'BODY_TOO_LARGE' },
    });
  });

  it('refuses a large body before it has arrived', async () => {
    const body = ReadableStream.from(endlessText());
    const headers = { authorization: `Bearer ${developer.token}`, 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body, duplex: 'half' };
    expect(await fetch(`${app.url}/api/v1/keys`, init as RequestInit)).toMatchObject({ status: 413 });
  });
});

describe('415', () => {
  it.each([
    ['application/x-www-form-urlencoded', 'name=test'],
    ['multipart/form-data; boundary=x', '--x\r\n\r\n--x--'],
    ['text/plain', '{"name":"test"}'],
    ['application/xml', '<name>test</name>'],
    ['application/jsonp', '{"name":"test"}'],
  ])('refuses a body of %s', async (type, body) => {
    expect(await send(body, type)).toMatchObject({ status: 415, body: { code: 'UNSUPPORTED_MEDIA_TYPE' } });
  });
});

describe('422', () => {
  it.each(['null', '[]', '"name"', '0', 'true', '{}'])(
    'asks for an object with the fields of a key, given %s',
    async (body) => {
      expect(await send(body)).toMatchObject({ status: 422, body: { code: 'VALIDATION_FAILED' } });
    },
  );
});

describeWithVectors('json-test-suite')('the JSON test suite', () => {
  /** Valid JSON that the contract refuses all the same: members given twice, and NUL. */
  const REFUSED = new Set([
    'y_object_duplicated_key.json',
    'y_object_duplicated_key_and_value.json',
    'y_object_escaped_null_in_key.json',
    'y_string_null_escape.json',
  ]);
  const folder = vectors('json-test-suite/test_parsing');
  const files = readdirSync(folder).map((name) => ({ name, bytes: readFileSync(join(folder, name)) }));
  const of = (kind: string) => files.filter(({ name }) => name.startsWith(kind));

  it.each(of('y_'))('$name is read, kept and given back as it was', async ({ name, bytes }) => {
    const answer = await send(Buffer.concat([Buffer.from('{"name":"test","meta":{"v":'), bytes, Buffer.from('}}')]));
    if (REFUSED.has(name)) {
      expect(answer.status).toBe(400);
      return;
    }
    expect(answer.status).toBe(201);
    expect(answer.body.meta).toEqual({ v: withoutNegativeZero(JSON.parse(bytes.toString())) });
  });

  it.each(of('n_'))('$name is refused', async ({ bytes }) => {
    // No body at all is not malformed: it is a body without the fields.
    expect((await send(bytes)).status).toBe(bytes.length === 0 ? 422 : 400);
  });

  it.each(of('i_'))('$name is answered one way or the other', async ({ bytes }) => {
    expect([400, 422]).toContain((await send(bytes)).status);
  });
});

/** PostgreSQL's numbers have one zero. */
function withoutNegativeZero(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function* endlessText(): Generator<Buffer> {
  yield Buffer.from('{"name":"');
  for (let kilobytes = 0; kilobytes < 100_000; kilobytes++) yield Buffer.alloc(1024, 'a');
}
