import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { type Person, TestApp } from '../../support/test-app.js';
import { describeWithVectors, vectors } from '../../support/vectors.js';

describeWithVectors('naughty-strings')('the big list of naughty strings', () => {
  const strings = JSON.parse(readFileSync(vectors('naughty-strings/blns.json'), 'utf8')) as string[];
  const app = TestApp.forTests();
  let developer: Person;
  beforeAll(async () => {
    developer = await app.person();
  });

  /** Sends one request for each string, eight at a time, and gives the strings whose answer is not as it should be. */
  async function exceptions(isFine: (text: string) => Promise<boolean>): Promise<string[]> {
    const strange: string[] = [];
    const waiting = [...strings];
    const work = async () => {
      for (let text = waiting.shift(); text !== undefined; text = waiting.shift())
        if (!(await isFine(text))) strange.push(text);
    };
    await Promise.all(Array.from({ length: 8 }, work));
    return strange;
  }

  const create = (body: Record<string, unknown>) => app.call('POST', '/api/v1/keys', { as: developer.token, body });

  it('is complete', () => {
    expect(strings).toHaveLength(515);
  });

  it('comes back from free JSON as it went in', async () => {
    const strange = await exceptions(async (text) => {
      const { status, body } = await create({ name: 'test', meta: { text, list: [text] } });
      return status === 201 && isDeepStrictEqual(body.meta, { text, list: [text] });
    });
    expect(strange).toEqual([]);
  });

  it('is kept as it is, or refused, in every text of a key', async () => {
    const strange = await exceptions(async (text) => {
      const texts = { name: text, description: text, external_id: text, tags: [text] };
      const { status, body } = await create(texts);
      if (status === 422) return true;
      return status === 201 && body.name === text && body.description === text && body.external_id === text;
    });
    expect(strange).toEqual([]);
  });

  it('is nothing but a text to search for', async () => {
    const strange = await exceptions(async (text) => {
      const path = `/api/v1/keys?q=${encodeURIComponent(text)}`;
      return [200, 422].includes((await app.call('GET', path, { as: developer.token })).status);
    });
    expect(strange).toEqual([]);
  });

  it('names no key', async () => {
    const strange = await exceptions(async (text) => {
      // The client itself resolves dots, and an empty name is the name of the list.
      if (['', '.', '..'].includes(text)) return true;
      const path = `/api/v1/keys/${encodeURIComponent(text)}`;
      return (await app.call('GET', path, { as: developer.token })).status === 404;
    });
    expect(strange).toEqual([]);
  });

  it('is no key', async () => {
    const strange = await exceptions(async (text) => {
      const { status, body } = await app.call('POST', '/api/v1/verify', { as: developer.token, body: { key: text } });
      return status === 422 || (status === 200 && body.valid === false);
    });
    expect(strange).toEqual([]);
  });

  it('signs nobody in and registers nobody under a name that is not one', async () => {
    const strange = await exceptions(async (text) => {
      const person = { email: text, username: text, password: text };
      const login = await app.call('POST', '/api/v1/auth/login', { body: { email: text, password: text } });
      const register = await app.call('POST', '/api/v1/auth/register', { body: person });
      return [401, 422, 423, 429].includes(login.status) && [422, 429].includes(register.status);
    });
    expect(strange).toEqual([]);
  });

  it('does no harm in a header', async () => {
    const strange = await exceptions(async (text) => {
      const headers = { 'user-agent': text, 'x-request-id': text, 'x-api-key': text, 'x-forwarded-for': text };
      if (!isHeader(text)) return true;
      // Whoever shows thirty keys in a minute that are none has to wait, so time passes between two of them.
      app.clock.advance(3_000);
      return (await app.call('GET', '/api/v1/protected/test', { headers })).status === 401;
    });
    expect(strange).toEqual([]);
  });
});

/** Whether a client can send it: bytes only, and no control characters. */
function isHeader(text: string): boolean {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(text);
}
