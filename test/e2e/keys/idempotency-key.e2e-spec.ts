import { randomUUID } from 'node:crypto';
import { KeptAnswers } from '../../../apps/api/src/idempotency/kept-answers.js';
import { Jobs } from '../../../apps/api/src/jobs/jobs.js';
import { type Person, TestApp } from '../../support/test-app.js';

const MINUTE_MS = 60_000;

const app = TestApp.forTests();
let owner: Person;
beforeAll(async () => {
  owner = await app.person();
});

const quoted = (key: string) => ({ 'idempotency-key': `"${key}"` });
const create = (key: string, body: unknown = { name: 'n' }, as = owner) =>
  app.call('POST', '/api/v1/keys', { as: as.token, body, headers: quoted(key) });
const rotate = (id: string, key: string, body: unknown = { grace_period_hours: 1 }) =>
  app.call('POST', `/api/v1/keys/${id}/rotate`, { as: owner.token, body, headers: quoted(key) });
const keysNamed = async (name: string) => {
  const { body } = await app.call('GET', `/api/v1/keys?q=${name}`, { as: owner.token });
  return body.total;
};
const entries = (action: string, id: unknown) =>
  app.dataSource.query<object[]>('SELECT 1 FROM audit_log WHERE action = $1 AND api_key_id = $2', [action, id]);

describe('the same request again', () => {
  it('creates no second key and gets the same answer, the secret and the ETag included', async () => {
    const key = randomUUID();
    const body = { name: 'repeated', meta: { a: 1, b: [2] } };
    const first = await create(key, body);
    const again = await create(key, { meta: { b: [2], a: 1 }, name: 'repeated' });
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('etag')).toBe('"1"');
    expect([first, again].map(({ headers }) => headers.get('idempotency-replayed'))).toEqual([null, 'true']);
    expect(await keysNamed('repeated')).toBe(1);
    expect(await entries('api_key_created', first.body.id)).toHaveLength(1);
  });

  it('is recognised without the quotes, for ten minutes', async () => {
    const first = await create('bare-key', { name: 'bare' });
    app.clock.advance(10 * MINUTE_MS - 1);
    const headers = { 'idempotency-key': 'bare-key' };
    const again = await app.call('POST', '/api/v1/keys', { as: owner.token, body: { name: 'bare' }, headers });
    expect(again.body).toEqual(first.body);
  });

  it('rotates once', async () => {
    const { id } = await app.key(owner);
    const key = randomUUID();
    const first = await rotate(id, key);
    const again = await rotate(id, key);
    expect([first.status, again.status]).toEqual([200, 200]);
    expect(again.body).toEqual(first.body);
    expect(await entries('api_key_rotated', id)).toHaveLength(1);
  });

  it('has its effect when the first try was refused', async () => {
    const key = randomUUID();
    expect((await create(key, { name: '' })).status).toBe(422);
    expect((await create(key, { name: 'corrected' })).status).toBe(201);
  });
});

describe('the same key elsewhere', () => {
  it('is another one for somebody else, and for another key', async () => {
    const other = await app.person();
    const key = randomUUID();
    const mine = await create(key);
    const theirs = await create(key, { name: 'n' }, other);
    expect(theirs.status).toBe(201);
    expect(theirs.body.owner_id).toBe(other.id);
    const [a, b] = [await app.key(owner), await app.key(owner)];
    await rotate(a.id, key);
    expect((await rotate(b.id, key)).body.old_key_id).toBe(b.id);
    expect(mine.body.id).not.toBe(theirs.body.id);
  });
});

describe.each([16, 64])('%d at once', (count) => {
  const settle = async (send: (key: string) => Promise<{ status: number; body: Record<string, unknown> }>) => {
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: count }, () => send(key)));
    const done = answers.filter(({ status }) => status < 300);
    const refused = answers.filter(({ status }) => status >= 300);
    expect(done.length).toBeGreaterThan(0);
    expect(new Set(done.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(refused.filter(({ status, body }) => status !== 409 || body.code !== 'IDEMPOTENCY_IN_FLIGHT')).toEqual([]);
    return done[0]?.body;
  };

  it('create one key', async () => {
    const name = `parallel-${count}`;
    const body = await settle((key) => create(key, { name }));
    expect(await keysNamed(name)).toBe(1);
    expect(await entries('api_key_created', body?.id)).toHaveLength(1);
  });

  it('rotate a key once', async () => {
    const { id } = await app.key(owner);
    await settle((key) => rotate(id, key));
    expect(await entries('api_key_rotated', id)).toHaveLength(1);
  });
});

describe('all or nothing', () => {
  it('makes no key whose answer could not be kept, and makes it at the next try', async () => {
    const keep = jest.spyOn(app.nest.get(KeptAnswers), 'keep').mockRejectedValueOnce(new Error('the disk is full'));
    const key = randomUUID();
    expect((await create(key, { name: 'halfway' })).status).toBe(500);
    expect(await keysNamed('halfway')).toBe(0);
    expect((await create(key, { name: 'halfway' })).status).toBe(201);
    keep.mockRestore();
  });
});

describe('400', () => {
  it('refuses a key that cannot be read, and creates nothing', async () => {
    for (const header of ['""', '"open', '"a", "b"', `"${'k'.repeat(256)}"`]) {
      const headers = { 'idempotency-key': header };
      const answer = await app.call('POST', '/api/v1/keys', { as: owner.token, body: { name: 'unread' }, headers });
      expect([header, answer.body.code]).toEqual([header, 'IDEMPOTENCY_KEY_INVALID']);
    }
    expect(await keysNamed('unread')).toBe(0);
  });
});

describe('409', () => {
  it('says which key was made when it is too late for the answer', async () => {
    const key = randomUUID();
    const { id } = (await create(key, { name: 'late' })).body;
    app.clock.advance(10 * MINUTE_MS);
    const late = await create(key, { name: 'late' });
    expect([late.status, late.body.code]).toEqual([409, 'IDEMPOTENCY_ANSWER_GONE']);
    expect(late.body.detail).toContain(id);
    expect(late.text).not.toContain('akm_');
    expect(await keysNamed('late')).toBe(1);
  });
});

describe('422', () => {
  it('refuses another body under the same key', async () => {
    const key = randomUUID();
    await create(key, { name: 'one' });
    const other = await create(key, { name: 'two' });
    expect([other.status, other.body.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
    expect(await keysNamed('two')).toBe(0);
  });
});

describe('what is kept', () => {
  const rows = () => app.dataSource.query<{ answer: Buffer | null }[]>('SELECT * FROM kept_answers');

  it('shows neither the secret nor the idempotency key', async () => {
    const key = 'a-key-of-the-client';
    const { body } = await create(key, { name: 'sealed' });
    const stored = JSON.stringify(await rows(), (_, value: unknown) =>
      Buffer.isBuffer(value) ? value.toString('latin1') : value,
    );
    for (const secret of [String(body.api_key), key]) expect(stored).not.toContain(secret);
  });

  it('is wiped after ten minutes, and forgotten after thirty days', async () => {
    await create(randomUUID());
    app.clock.advance(10 * MINUTE_MS);
    await app.nest.get(Jobs).runDue();
    expect((await rows()).filter(({ answer }) => answer !== null)).toEqual([]);
    expect((await rows()).length).toBeGreaterThan(0);
    app.clock.advance(30 * 24 * 60 * MINUTE_MS);
    await app.nest.get(Jobs).runDue();
    expect(await rows()).toEqual([]);
  });
});
