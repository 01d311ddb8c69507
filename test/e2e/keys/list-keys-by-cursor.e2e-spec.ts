import { API_KEY_SORTS, type ApiKeySort } from '../../../apps/api/src/keys/api-key-order.js';
import { seededRandom } from '../../support/seeded-random.js';
import { type Person, TestApp } from '../../support/test-app.js';

interface Key {
  id: string;
  name: string;
  created_at: string;
  expires_at: string | null;
}

const app = TestApp.forTests();
let owner: Person;
beforeAll(async () => {
  owner = await app.person();
  for (const [n, name] of ['b', 'a', 'ä', 'B', 'a', '10%', 'b', '🦊', 'a b'].entries()) {
    const environment = n % 2 === 0 ? 'production' : 'staging';
    await app.key(owner, { name, environment, ...(n % 3 === 0 ? { never_expires: true } : { expires_in_days: n }) });
    if (n % 4 === 0) app.clock.advance(1000);
  }
});

const PATH = '/api/v1/keys';
const get = (path: string, as = owner) => app.call<{ items: Key[] }>('GET', path, { as: as.token });
/** Far more keys than anybody in this file has. */
const ENDLESS = 200;
const linkOf = ({ headers }: { headers: Headers }) => /^<(.*)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1];

/** Follows the links to the end. `meanwhile` happens between two answers. */
async function readAll(query: string, as = owner, meanwhile?: () => Promise<unknown>): Promise<Key[]> {
  const keys: Key[] = [];
  for (let next: string | undefined = `${PATH}?${query}`; next !== undefined;) {
    const answer: Awaited<ReturnType<typeof get>> = await get(next, as);
    expect(answer.status).toBe(200);
    expect(Object.keys(answer.body)).toEqual(['items']);
    keys.push(...answer.body.items);
    if (keys.length > ENDLESS) throw new Error('this list has no end');
    await meanwhile?.();
    next = linkOf(answer);
  }
  return keys;
}

const idsOf = (keys: readonly Key[]) => keys.map(({ id }) => id);

describe('200', () => {
  describe.each(API_KEY_SORTS)('sorted by %s', (sort) => {
    it.each([1, 4, 100])('follows the links %i at a time to what one page shows', async (limit) => {
      for (const filter of ['', '&environment=staging', '&q=a', '&status_filter=active']) {
        const whole = (await get(`${PATH}?sort=${sort}${filter}&page_size=100`)).body.items;
        expect(await readAll(`sort=${sort}${filter}&limit=${limit}`)).toEqual(whole);
      }
    });
  });

  it('begins with limit alone, and shows 20 keys where only a cursor is sent', async () => {
    const next = linkOf(await get(`${PATH}?limit=1`)) ?? '';
    expect((await get(next.replace('limit=1', ''))).body.items).toHaveLength(8);
  });

  it('has no link when the last key is on it', async () => {
    expect(linkOf(await get(`${PATH}?limit=9`))).toBeUndefined();
    expect(linkOf(await get(`${PATH}?limit=8`))).toMatch(/^\/api\/v1\/keys\?limit=8&cursor=[\w-]+$/);
  });

  it('takes a cursor with another limit, for it is the same list', async () => {
    const next = linkOf(await get(`${PATH}?limit=2&sort=name`)) ?? '';
    const rest = (await get(next.replace('limit=2', 'limit=50'))).body.items;
    expect(rest).toEqual((await get(`${PATH}?sort=name`)).body.items.slice(2));
  });

  it('goes on behind the longest name', async () => {
    const person = await app.person();
    for (const end of ['1', '2']) await app.key(person, { name: '鍵'.repeat(254) + end });
    expect(await readAll('sort=name&limit=1', person)).toHaveLength(2);
  });

  it.each(Array.from({ length: 16 }, (_, seed) => seed))(
    'skips and repeats no key while keys are created and changed, history %i',
    async (seed) => {
      const history = new History(seed, await app.person());
      await history.begin();
      const { sort, filter, limit } = history;
      const read = idsOf(await readAll(`sort=${sort}&limit=${limit}${filter}`, history.person, () => history.goOn()));
      expect(read.filter((id) => history.steady.has(id)).sort()).toEqual([...history.steady].sort());
      expect(new Set(read).size).toBe(read.length);
    },
  );
});

describe('422', () => {
  const fieldsOf = async (path: string) => {
    const { status, body } = await app.call<{ errors?: { field: string }[] }>('GET', path, { as: owner.token });
    return status === 422 ? body.errors?.map(({ field }) => field) : status;
  };

  it('refuses a cursor for another sort, other filters and another value of a filter', async () => {
    const next = linkOf(await get(`${PATH}?limit=2&sort=name&environment=production`)) ?? '';
    expect(await fieldsOf(next)).toBe(200);
    for (const [said, instead] of [
      ['sort=name', 'sort=-name'],
      ['sort=name', ''],
      ['environment=production', 'environment=staging'],
      ['environment=production', ''],
      ['limit=2', 'q=a'],
    ] as const) {
      expect(await fieldsOf(next.replace(said, instead))).toEqual(['cursor']);
    }
  });

  it('refuses a cursor of which any one character is another, or missing', async () => {
    const next = linkOf(await get(`${PATH}?limit=2`)) ?? '';
    const cursor = new URL(next, app.url).searchParams.get('cursor') ?? '';
    for (let at = 0; at < cursor.length; at += 1) {
      const other = cursor[at] === 'A' ? 'B' : 'A';
      for (const damaged of [other, '']) {
        const url = `${PATH}?limit=2&cursor=${cursor.slice(0, at)}${damaged}${cursor.slice(at + 1)}`;
        expect(await fieldsOf(url)).toEqual(['cursor']);
      }
    }
  });

  it.each([
    ['nothing', ''],
    ['other characters', '!'],
    ['more of them than we make', 'A'.repeat(1101)],
  ])('refuses a cursor of %s', async (_, cursor) => {
    expect(await fieldsOf(`${PATH}?cursor=${cursor}`)).toContain('cursor');
  });

  it.each(['limit=0', 'limit=101', 'limit=1e1'])('refuses ?%s', async (query) => {
    expect(await fieldsOf(`${PATH}?${query}`)).toEqual(expect.arrayContaining(['limit']));
  });

  it('refuses pages and cursors in one request', async () => {
    expect(await fieldsOf(`${PATH}?limit=5&page=1&page_size=5`)).toEqual(['page', 'page_size']);
  });
});

/** What happens to somebody's keys while a list of them is read. The same seed makes the same history. */
class History {
  readonly sort: ApiKeySort;
  readonly filter: string;
  readonly limit: number;
  /** Keys that are in the list from the beginning to the end, at the same place. */
  readonly steady = new Set<string>();
  private readonly random: () => number;
  private readonly known: string[] = [];

  constructor(
    seed: number,
    readonly person: Person,
  ) {
    this.random = seededRandom(seed);
    this.sort = this.one(API_KEY_SORTS);
    this.filter = this.one(['', '&tag=x', '&status_filter=active', '&environment=production']);
    this.limit = 1 + this.below(4);
  }

  async begin(): Promise<void> {
    for (let n = 0; n < 10; n += 1) await this.create();
    for (const id of idsOf((await get(`${PATH}?page_size=100${this.filter}`, this.person)).body.items)) {
      this.steady.add(id);
    }
  }

  async goOn(): Promise<void> {
    // Fewer new keys than are read in a step, or a list that grows at its end has none.
    for (let n = this.below(4); n > 0; n -= 1)
      await this.one([this.rename, this.expireLater, this.leave, this.touch])();
    if (this.random() < 0.5) await this.create();
  }

  private readonly create = async () => {
    if (this.random() < 0.5) app.clock.advance(1);
    const { id } = await app.key(this.person, {
      name: this.one(['a', 'b', 'c', 'd']),
      environment: this.one(['production', 'staging']),
      tags: this.random() < 0.7 ? ['x'] : [],
      ...this.one<object>([{ never_expires: true }, { expires_in_days: 1 + this.below(3) }]),
    });
    this.known.push(id);
  };

  private readonly rename = () =>
    /name/.test(this.sort) ? this.touch() : this.change({ name: this.one(['a', 'b', 'c', 'd']) });

  private readonly expireLater = () =>
    /expires/.test(this.sort) ? this.touch() : this.change({ expires_in_days: 4 + this.below(300) });

  private readonly touch = () => this.change({ description: String(this.random()) });

  /** Out of some lists, while other lists keep it. */
  private readonly leave = async () => {
    const id = this.one(this.known);
    if (/tag|status/.test(this.filter)) this.steady.delete(id);
    await app.call('PUT', `${PATH}/${id}`, { as: this.person.token, body: { tags: [] } });
    await app.call('POST', `${PATH}/${id}/disable`, { as: this.person.token });
  };

  private async change(body: object): Promise<void> {
    await app.call('PUT', `${PATH}/${this.one(this.known)}`, { as: this.person.token, body });
  }

  private one<T>(of: readonly T[]): T {
    return of[this.below(of.length)] as T;
  }

  private below(limit: number): number {
    return Math.floor(this.random() * limit);
  }
}
