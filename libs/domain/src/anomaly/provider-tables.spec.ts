import { type Evidence } from './evidence.js';
import { explain } from './explain.js';
import { place, type PlaceState } from './place.js';
import { decodePool, encodePool, initialPool, type Pool } from './pool.js';
import { sharing, type SharingState } from './sharing.js';
import { type Lasting, written } from './tape.js';
import { COLD_START } from './thresholds.js';
import { type Place, UNKNOWN, type Uses } from './uses.js';

const NOW = Date.UTC(2026, 0, 5);
const HOUR = 3_600_000;

/** Networks by their number: ten in a range, and three ranges of one provider in one country; from 30 on, other ones. */
function from(network: number, hasTables: boolean): Place {
  const provider = network < 30 ? 1_001 : 1_000 + network;
  const country = network < 30 ? 49 : network;
  const known = hasTables ? { provider, country } : { provider: UNKNOWN, country: UNKNOWN };
  return { network, range: 100 + Math.floor(network / 10), ...known, client: 7, clientFamily: 7 };
}

/** A key that is used from three ranges within each working hour. */
class Life {
  at = NOW;
  pool: Pool = initialPool();
  readonly said: Evidence[] = [];

  constructor(
    public places = place.init(NOW),
    public shared = sharing.init(NOW),
  ) {}

  use(network: number, hasTables: boolean): Evidence | null {
    const uses: Uses = { at: this.at, place: from(network, hasTables), calls: 1, denied: 0, deniedScopes: [] };
    const moved = place.step(this.places, uses, this.pool);
    const alerts = [moved, sharing.step(this.shared, uses, this.pool)].filter((each) => each !== null);
    this.said.push(...alerts.filter(({ kind, e }) => e >= COLD_START[kind]));
    return moved;
  }

  live(days: number, hasTables: boolean, networks = [1, 11, 21]): void {
    for (let hours = 0; hours < 24 * days; hours++, this.at += HOUR)
      if (hours % 24 < 8) for (const network of networks) this.use(network, hasTables);
  }
}

function lived(days: number, hasTables: boolean): Life {
  const life = new Life();
  life.live(days, hasTables);
  expect(life.said).toEqual([]);
  return life;
}

describe('a table of providers and countries that appears', () => {
  it('makes nothing new of what was known without it, nor of what lies beside', () => {
    const life = lived(30, false);
    // The first uses of all, each from a network that was never seen, in a range that was.
    for (const beside of [2, 12, 22, 3, 13]) life.use(beside, true);
    life.live(14, true, [1, 11, 21, 4]);
    expect(life.said).toEqual([]);
  });

  it('does not keep a thief from being found in the meantime', () => {
    const life = lived(30, false);
    life.live(1, true);
    const stolen = { ...from(60, true), client: 8, clientFamily: 8 };
    const evidence = place.step(
      life.places,
      { at: life.at, place: stolen, calls: 1, denied: 0, deniedScopes: [] },
      life.pool,
    );
    expect(evidence?.facts['news']).toBe('new provider + new client');
    expect(evidence?.e).toBeGreaterThan(COLD_START.place);
  });

  it('tells providers and countries from one another once the key is known by them', () => {
    const life = lived(30, false);
    life.live(5, true);
    expect(life.use(29, true)?.facts['news'] ?? '').not.toMatch(/provider|country/);
    expect(life.use(60, true)?.facts['news']).toBe('new provider + new country');
  });

  it('counts providers where ranges were counted', () => {
    const life = lived(30, true);
    for (const network of [1, 11, 21, 31, 41]) life.use(network, true);
    const [shared] = life.said.filter(({ kind }) => kind === 'sharing');
    expect(shared).toMatchObject({ observed: 3, typical: [1, 1] });
  });
});

describe('a table that goes away', () => {
  it('makes nothing new of what was known by it', () => {
    const life = lived(30, true);
    for (const beside of [2, 12, 22]) life.use(beside, false);
    life.live(14, false);
    expect(life.said).toEqual([]);
  });
});

describe('an address that the table does not have', () => {
  it('is no new country, and of the provider that its range stands for', () => {
    const life = lived(30, true);
    expect(life.use(2, false)?.facts['news'] ?? '').not.toMatch(/provider|country/);
    expect(life.use(60, false)?.facts['news']).toBe('new provider');
  });
});

describe('what was kept before there were tables', () => {
  const inVersion1 = (state: Lasting) =>
    written(1, (tape) => {
      state.pass(tape);
    });

  it('is gone on with', () => {
    const life = lived(30, false);
    const places = place.decode(inVersion1(life.places)) as PlaceState;
    const shared = sharing.decode(inVersion1(life.shared)) as SharingState;
    const goneOn = new Life(places, shared);
    goneOn.at = life.at;
    goneOn.pool = decodePool(encodePool(life.pool)) ?? initialPool();
    const [told, toldAfter] = [life, goneOn].map((each) =>
      [1, 2, 11, 31, 60].map((network) => each.use(network, false)),
    );
    expect(toldAfter).toEqual(told);
    expect(told?.filter((evidence) => evidence !== null)).not.toEqual([]);
    expect(goneOn.said).toEqual(life.said);
  });

  it('of all keys together, too', () => {
    const pool = { ...initialPool(), keyDays: 900, newProviders: 12 };
    const bytes = encodePool(pool);
    const version1 = Uint8Array.of(...written(1, () => undefined), ...bytes.slice(8, -8));
    expect(decodePool(version1)).toEqual(pool);
  });
});

describe('an alert', () => {
  it('names what a database knows, with its day, as a hint', () => {
    const life = lived(30, true);
    const evidence = life.use(60, true);
    const facts = {
      ...evidence?.facts,
      provider: 'AS64501 Example Hosting',
      country: 'Brazil',
      placesAsOf: '2026-11-01',
    };
    const words = explain(evidence ? [{ ...evidence, facts }] : [], 'en');
    expect(words).toMatch(/^New provider \(AS64501 Example Hosting\) \+ new country \(Brazil\); typically /);
    expect(words).toMatch(/\nFrom AS64501 Example Hosting, Brazil, by databases of 2026-11-01: a hint, not a proof\.$/);
  });
});
