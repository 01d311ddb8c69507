import { type Person, TestApp } from '../../support/test-app.js';

const app = TestApp.forTests();
let owner: Person;
let other: Person;
let admin: Person;
beforeAll(async () => {
  [owner, other, admin] = [await app.person(), await app.person(), await app.person('admin')];
});

interface Result {
  key_id: string;
  outcome: string;
  code: string | null;
  detail: string | null;
  api_key: string | null;
}
interface Outcome {
  action: string;
  dry_run: boolean;
  results: Result[];
  next: string | null;
  errors?: { field: string }[];
}
const bulk = (body: object, call: { as?: string; key?: string } = { as: owner.token }) =>
  app.call<Outcome>('POST', '/api/v1/keys/bulk', { ...call, body });
/** One after the other, so that they stand in the order of their ids. */
const keys = async (count: number, tag: string, as = owner) => {
  const made: { id: string; secret: string }[] = [];
  while (made.length < count) made.push(await app.key(as, { tags: [tag] }));
  return made;
};
const statusOf = async (id: string) => (await app.call('GET', `/api/v1/keys/${id}`, { as: admin.token })).body.status;
const statuses = (of: { id: string }[]) => Promise.all(of.map(({ id }) => statusOf(id)));
const outcomes = ({ body }: { body: Outcome }) =>
  Object.fromEntries(body.results.map(({ key_id, outcome }) => [key_id, outcome]));
const entries = (action: string, of: { id: string }[]) =>
  app.dataSource.query<object[]>('SELECT 1 FROM audit_log WHERE action = $1 AND api_key_id = ANY ($2)', [
    action,
    of.map(({ id }) => id),
  ]);

describe('200', () => {
  it.each([
    ['disable', 'disabled', 'api_key_disabled'],
    ['revoke', 'revoked', 'api_key_revoked'],
  ])('can %s every key of a tag, each with its audit entry, and no other', async (action, status, audited) => {
    const mine = await keys(3, action);
    const [untouched = { id: '' }] = await keys(1, 'elsewhere');
    const [foreign = { id: '' }] = await keys(1, action, other);
    const { body } = await bulk({ action, filter: { tag: action } });
    expect(body).toMatchObject({ action, dry_run: false, next: null });
    expect(body.results.map(({ key_id, outcome }) => [key_id, outcome])).toEqual(
      mine.map(({ id }) => [id, 'done']).sort(),
    );
    expect(await statuses([...mine, untouched, foreign])).toEqual([status, status, status, 'active', 'active']);
    expect(await entries(audited, [...mine, untouched, foreign])).toHaveLength(3);
  });

  it.each([
    ['disable', 'disabled'],
    ['revoke', 'revoked'],
  ])('lets an admin %s every key of a person who has left', async (action, status) => {
    const leaver = await app.person();
    const theirs = await keys(3, 'left', leaver);
    const [foreign = { id: '' }] = await keys(1, 'stays', other);
    await app.call('POST', `/api/v1/auth/users/${leaver.id}/deactivate`, { as: admin.token });
    const use = async ({ secret }: { secret: string }) =>
      (await app.call('GET', '/api/v1/protected/test', { key: secret })).status;
    // Services depend on them, so they work until somebody says otherwise.
    expect(await Promise.all(theirs.map(use))).toEqual([200, 200, 200]);
    const { body } = await bulk({ action, filter: { owner_id: leaver.id } }, { as: admin.token });
    expect(await Promise.all(theirs.map(use))).toEqual([401, 401, 401]);
    expect(body.results.map(({ outcome }) => outcome)).toEqual(['done', 'done', 'done']);
    expect(await statuses([...theirs, foreign])).toEqual([status, status, status, 'active']);
  });

  it('enables what is disabled', async () => {
    const mine = await keys(2, 'enable');
    await bulk({ action: 'disable', filter: { tag: 'enable' } });
    await bulk({ action: 'enable', filter: { tag: 'enable', status_filter: 'disabled' } });
    expect(await statuses(mine)).toEqual(['active', 'active']);
  });

  it('rotates, with the new secrets in the answer and nowhere else', async () => {
    const mine = await keys(2, 'rotate');
    const { body } = await bulk({ action: 'rotate', filter: { tag: 'rotate' }, grace_period_hours: 0 });
    const use = (key: string) => app.call('GET', '/api/v1/protected/test', { key });
    for (const { id, secret } of mine) {
      const fresh = String(body.results.find(({ key_id }) => key_id === id)?.api_key);
      expect((await use(fresh)).body.api_key_id).toBe(id);
      expect((await use(secret)).body.code).toBe('API_KEY_GRACE_ENDED');
      const logged = await app.dataSource.query<{ row: string }[]>('SELECT a::text AS row FROM audit_log a');
      expect(logged.some(({ row }) => row.includes(fresh))).toBe(false);
    }
  });

  it('says in a dry run what it would do, exactly, and does nothing', async () => {
    const mine = await keys(3, 'dry');
    await app.call('DELETE', `/api/v1/keys/${mine[0]?.id ?? ''}`, { as: owner.token });
    const before = await statuses(mine);
    const foreseen = await bulk({ action: 'rotate', filter: { tag: 'dry' }, dry_run: true });
    expect(foreseen.body.results.map(({ outcome, api_key }) => [outcome, api_key])).toEqual([
      ['refused', null],
      ['would_do', null],
      ['would_do', null],
    ]);
    expect(await statuses(mine)).toEqual(before);
    const done = await bulk({ action: 'rotate', filter: { tag: 'dry' } });
    const expected = Object.entries(outcomes(foreseen)).map(([id, outcome]) => [
      id,
      outcome === 'would_do' ? 'done' : outcome,
    ]);
    expect(Object.entries(outcomes(done))).toEqual(expected);
  });

  it('goes on past a key that refuses, and says why it did', async () => {
    const mine = await keys(3, 'mixed');
    await app.call('POST', `/api/v1/keys/${mine[1]?.id ?? ''}/disable`, { as: owner.token });
    const { body } = await bulk({ action: 'disable', filter: { ids: mine.map(({ id }) => id) } });
    expect(body.results.map(({ outcome, code }) => [outcome, code])).toEqual([
      ['done', null],
      ['refused', 'KEY_STATE_CONFLICT'],
      ['done', null],
    ]);
    expect(body.results[1]?.detail).toContain('disabled');
  });

  it('looks at a hundred keys a call, and goes on where it stopped', async () => {
    const person = await app.person();
    const mine = await keys(101, 'many', person);
    const as = { as: person.token };
    const first = await bulk({ action: 'disable', filter: { tag: 'many' } }, as);
    expect(first.body.results).toHaveLength(100);
    const { body } = await bulk({ action: 'disable', filter: { tag: 'many' }, after: first.body.next }, as);
    expect([body.results.length, body.next]).toEqual([1, null]);
    expect(new Set(await statuses(mine))).toEqual(new Set(['disabled']));
  });

  it('lets admins act for everybody, or for one person', async () => {
    const [mine = { id: '' }] = await keys(1, 'by-admin');
    const [foreign = { id: '' }] = await keys(1, 'by-admin', other);
    await bulk({ action: 'disable', filter: { tag: 'by-admin', owner_id: other.id } }, { as: admin.token });
    expect(await statuses([mine, foreign])).toEqual(['active', 'disabled']);
    const { body } = await bulk({ action: 'disable', filter: { tag: 'by-admin' } }, { as: admin.token });
    expect(body.results.map(({ outcome }) => outcome).sort()).toEqual(['done', 'refused']);
  });

  it('gives a key that manages keys no secret of a key that can do more', async () => {
    const { secret } = await app.key(owner, { permissions: ['akm:keys:write'] });
    const strong = await app.key(owner, { permissions: ['akm:keys:write', 'akm:verify'], tags: ['strong'] });
    for (const dry_run of [true, false]) {
      const { body } = await bulk({ action: 'rotate', filter: { tag: 'strong' }, dry_run }, { key: secret });
      expect(body.results).toEqual([
        expect.objectContaining({ key_id: strong.id, outcome: 'refused', code: 'FORBIDDEN' }),
      ]);
    }
  });
});

describe('one of 16 calls at once', () => {
  it('does each thing to each key', async () => {
    const mine = await keys(4, 'race');
    const answers = await Promise.all(
      Array.from({ length: 16 }, () => bulk({ action: 'revoke', filter: { tag: 'race' } })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    for (const { id } of mine) expect(answers.filter((answer) => outcomes(answer)[id] === 'done')).toHaveLength(1);
    expect(await entries('api_key_revoked', mine)).toHaveLength(4);
  });
});

describe('403', () => {
  it('is all that readonly people and callers for somebody else get', async () => {
    const readonly = await app.person('readonly');
    expect((await bulk({ action: 'revoke', filter: { tag: 'x' } }, { as: readonly.token })).status).toBe(403);
    expect((await bulk({ action: 'revoke', filter: { owner_id: other.id } })).status).toBe(403);
  });
});

describe('422', () => {
  it.each([
    [{ action: 'revoke' }, 'filter'],
    [{ action: 'revoke', filter: {} }, 'filter'],
    [{ action: 'revoke', filter: { tag: null } }, 'filter'],
    [{ action: 'revoke', filter: [] }, 'filter'],
    [{ action: 'revoke', filter: { tags: ['misspelt'] } }, 'filter.tags'],
    [{ action: 'delete', filter: { tag: 't' } }, 'action'],
    [{ action: 'rotate', filter: { tag: 't' }, grace_period_hours: 169 }, 'grace_period_hours'],
  ])('refuses %j, and changes nothing', async (body, field) => {
    const { status, body: answer } = await bulk(body);
    expect([status, answer.errors?.[0]?.field]).toEqual([422, field]);
  });
});
