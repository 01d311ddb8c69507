import { AuditEntry } from '../../../apps/api/src/audit/audit-entry.entity.js';
import { type Answer, type Person, TestApp } from '../../support/test-app.js';
import { anomalies, BEHIND_A_PROXY, DAY_MS, ELSEWHERE, look, type Told, use } from './history.js';

const app = TestApp.forTests({ ...BEHIND_A_PROXY, ACCESS_TOKEN_EXPIRE_MINUTES: '1440' });
let owner: Person;
beforeEach(async () => {
  owner = await app.person();
});

/** A key that was revoked and is used all the same. */
async function replayed(): Promise<{ id: string; secret: string; anomaly: Told }> {
  const { id, secret } = await app.key(owner);
  await app.call('DELETE', `/api/v1/keys/${id}`, { as: owner.token });
  await use(app, secret, ELSEWHERE);
  await look(app);
  const [anomaly] = await anomalies(app, owner.token, `?api_key_id=${id}`);
  if (!anomaly) throw new Error('nothing was found');
  return { id, secret, anomaly };
}

async function judge(verb: string, { id }: Told, body?: object) {
  return app.call('POST', `/api/v1/anomalies/${id}/${verb}`, { as: owner.token, ...(body && { body }) });
}

async function newToken(): Promise<string> {
  owner = await app.signedIn(owner);
  return owner.token;
}

describe('the list of anomalies', () => {
  it('is read by page, newest first, with how many there are', async () => {
    const made: string[] = [];
    for (let count = 0; count < 3; count++) {
      made.unshift((await replayed()).anomaly.id);
      app.clock.advance(1000);
    }
    const page = async (number: number) =>
      (await app.call('GET', `/api/v1/anomalies?page=${number}&page_size=2`, { as: owner.token })).body;
    expect(await page(1)).toMatchObject({ total: 3, page: 1, page_size: 2, pages: 2 });
    const items = [...((await page(1)).items as Told[]), ...((await page(2)).items as Told[])];
    expect(items.map(({ id }) => id)).toEqual(made);
  });

  it('is read by cursor to its end, though anomalies of one moment were found', async () => {
    const made = [];
    for (let count = 0; count < 3; count++) made.push((await replayed()).anomaly.id);
    const read: string[] = [];
    let path: string | undefined = '/api/v1/anomalies?limit=1';
    while (path !== undefined) {
      const answer: Answer<{ items: Told[] }> = await app.call('GET', path, { as: owner.token });
      read.push(...answer.body.items.map(({ id }) => id));
      path = /^<(.*)>; rel="next"$/.exec(answer.headers.get('link') ?? '')?.[1];
    }
    expect(read).toEqual([...made].sort().reverse());
  });

  it.each([
    ['type=retired_secret_used', 1],
    ['type=new_network', 0],
    ['severity=critical', 1],
    ['severity=low', 0],
    ['resolved=false', 1],
    ['resolved=true', 0],
    ['api_key_id=0198f0c4-2222-7a31-9d2f-1c2b3a4d5e6f', 0],
    ['from=2026-01-01', 1],
    ['from=2100-01-01', 0],
    ['to=2100-01-01', 1],
    ['to=2026-01-01', 0],
  ])('narrowed by %s has %i', async (query, count) => {
    await replayed();
    expect(await anomalies(app, owner.token, `?${query}`)).toHaveLength(count);
  });

  it.each(['type=else', 'severity=info', 'resolved=yes', 'from=yesterday', 'limit=101', 'cursor=x', 'page=0'])(
    'is refused narrowed by %s',
    async (query) => {
      expect((await app.call('GET', `/api/v1/anomalies?${query}`, { as: owner.token })).status).toBe(422);
    },
  );
});

describe('an anomaly', () => {
  it('is shown by its id', async () => {
    const { anomaly } = await replayed();
    const { body } = await app.call('GET', `/api/v1/anomalies/${anomaly.id}`, { as: owner.token });
    expect(body).toEqual(anomaly);
  });

  it('that is resolved stays as it is, and the next alert is another one', async () => {
    const { id, secret, anomaly } = await replayed();
    const { body } = await judge('resolve', anomaly);
    expect(body).toMatchObject({ resolved: true, resolved_at: new Date(app.clock.now()).toISOString() });
    app.clock.advance(DAY_MS);
    await use(app, secret, ELSEWHERE);
    await look(app);
    const all = await anomalies(app, await newToken(), `?api_key_id=${id}`);
    expect(all.map((each) => [each.id === anomaly.id, each.resolved])).toEqual([
      [false, false],
      [true, true],
    ]);
    expect(all[1]?.description).toBe(anomaly.description);
  });

  it('that is muted is resolved, and nothing of its kind is told of the key until the time is over', async () => {
    const { id, secret, anomaly } = await replayed();
    expect((await judge('mute', anomaly, { days: 2 })).body).toMatchObject({ resolved: true });
    const after = async (ms: number) => {
      app.clock.advance(ms);
      await use(app, secret, ELSEWHERE);
      await look(app);
      return (await anomalies(app, await newToken(), `?api_key_id=${id}`)).length;
    };
    expect([await after(2 * DAY_MS - 1), await after(1)]).toEqual([1, 2]);
  });

  it('that is confirmed says so', async () => {
    const { anomaly } = await replayed();
    expect((await judge('confirm', anomaly)).body).toMatchObject({ confirmed: true, resolved: false });
  });

  it.each(['resolve', 'mute', 'confirm'])('has in the log who came to %s it', async (verb) => {
    const { id, anomaly } = await replayed();
    await judge(verb, anomaly, verb === 'mute' ? {} : undefined);
    const entries = await app.dataSource.manager.findBy(AuditEntry, { apiKeyId: id });
    expect(
      entries
        .filter(({ action }) => action.startsWith('anomaly_'))
        .map(({ action, userId, metadata }) => [action, userId, (metadata as { anomaly_id: string }).anomaly_id]),
    ).toEqual(expect.arrayContaining([[`anomaly_${PAST[verb] ?? ''}`, owner.id, anomaly.id]]));
  });
});

const PAST: Record<string, string> = { resolve: 'resolved', mute: 'muted', confirm: 'confirmed' };
