import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runToEnd } from '../../support/server-process.js';
import { type MmdbDatabase, mmdbFile } from '../../support/mmdb.js';
import { type Person, TestApp } from '../../support/test-app.js';
import { anomalies, BEHIND_A_PROXY, DAY_MS, forgetOthers, type From, look, use } from '../anomaly/history.js';

const HOME = { ip: '81.2.69.160', client: 'billing-worker/1.4' };
const ELSEWHERE = { ip: '200.160.2.3', client: 'python-requests/2.31' };
const FAR_AWAY: MmdbDatabase['entries'] = { '5.0.0.0/8': { country_code: 'NO', autonomous_system_number: 9 } };
const EVERYWHERE: MmdbDatabase['entries'] = {
  '81.2.0.0/16': {
    country_code: 'GB',
    autonomous_system_number: 20712,
    autonomous_system_organization: 'Example Access',
  },
  '82.3.0.0/16': {
    country_code: 'GB',
    autonomous_system_number: 20712,
    autonomous_system_organization: 'Example Access',
  },
  '200.0.0.0/8': {
    country_code: 'BR',
    autonomous_system_number: 64501,
    autonomous_system_organization: 'Other Hosting',
  },
};

const folder = mkdtempSync(join(tmpdir(), 'akm-e2e-'));
const file = join(folder, 'both.mmdb');
publish(EVERYWHERE, Date.UTC(2026, 10, 1));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const app = TestApp.forTests({ ...BEHIND_A_PROXY, GEO_COUNTRY_DB: file, GEO_ASN_DB: file });
let owner: Person;
beforeEach(async () => {
  owner = await app.person();
  await forgetOthers(app);
});

/** Puts another database in the place of the one before. */
function publish(entries: MmdbDatabase['entries'], madeAt: number): void {
  writeFileSync(`${file}.new`, mmdbFile({ entries, madeAt }));
  renameSync(`${file}.new`, file);
}

/** Days on each of which the key is used from these addresses. */
async function live(secret: string, days: number, from: readonly From[] = [HOME]): Promise<void> {
  for (let day = 0; day < days; day++) {
    for (let times = 0; times < 3; times++) {
      for (const each of from) expect((await use(app, secret, each)).status).toBe(200);
      app.clock.advance(3_600_000);
    }
    app.clock.advance(DAY_MS - 3 * 3_600_000);
    await look(app);
  }
}

const told = async () => anomalies(app, (await app.signedIn(owner)).token);

describe('with databases of countries and providers', () => {
  it('an alert names the new country and provider, as a hint, with the day of the database', async () => {
    const { secret } = await app.key(owner, { permissions: ['read'] });
    await live(secret, 6);
    await use(app, secret, ELSEWHERE);
    await look(app);
    const [anomaly, ...others] = await told();
    expect(others).toEqual([]);
    expect(anomaly?.description).toMatch(
      /^New provider \(AS64501 Other Hosting\) \+ new country \(Brazil\) \+ new client; typically this key shows a new network every 26 days\. /,
    );
    expect(anomaly?.description).toMatch(
      /\nFrom AS64501 Other Hosting, Brazil, by databases of 2026-11-01: a hint, not a proof\.$/,
    );
    expect(anomaly?.evidence[0]?.facts).toMatchObject({
      provider: 'AS64501 Other Hosting',
      country: 'Brazil',
      places_as_of: '2026-11-01',
      from_network: '200.160.2.0/24',
    });
  });

  it('alerts nobody of another network of the same provider, however far its addresses', async () => {
    const { secret } = await app.key(owner, { permissions: ['read'] });
    await live(secret, 6);
    await use(app, secret, { ...HOME, ip: '82.3.4.5' });
    await look(app);
    expect(await told()).toEqual([]);
  });

  it('tells where a key without address limits is used', async () => {
    const { secret } = await app.key(owner);
    await live(secret, 1, [HOME, ELSEWHERE]);
    const { token } = await app.signedIn(owner);
    const { body } = await app.call<{ recommendations: { observed: string }[] }>(
      'GET',
      '/api/v1/insights?kind=unrestricted',
      {
        as: token,
      },
    );
    expect(body.recommendations[0]?.observed).toMatch(
      /By databases of 2026-11-01: AS20712 Example Access, United Kingdom; AS64501 Other Hosting, Brazil\.$/,
    );
  });
});

describe('databases that come to know where keys are', () => {
  it('make nothing new of what keys did before, and tell countries apart some days later', async () => {
    publish(FAR_AWAY, Date.UTC(2026, 10, 2));
    app.clock.advance(60_000);
    const { secret } = await app.key(owner, { permissions: ['read'] });
    await live(secret, 6, [HOME, { ...HOME, ip: '82.3.4.5' }]);

    publish(EVERYWHERE, Date.UTC(2026, 10, 3));
    app.clock.advance(60_000);
    await live(secret, 5, [{ ...HOME, ip: '81.2.70.1' }, { ...HOME, ip: '82.3.5.1' }, HOME]);
    expect(await told()).toEqual([]);

    await use(app, secret, ELSEWHERE);
    await look(app);
    expect((await told())[0]?.description).toMatch(/^New provider \(AS64501 Other Hosting\) \+ new country \(Brazil\)/);
  });
});

describe('a start with a file that cannot be used', () => {
  it('is refused in a sentence that names the variable', async () => {
    const { exitCode, output } = await runToEnd('api', [], {
      dataDir: folder,
      env: { GEO_COUNTRY_DB: join(folder, 'nowhere.mmdb'), GEO_ASN_DB: import.meta.filename },
    });
    expect(exitCode).toBe(78);
    expect(output).toContain('GEO_COUNTRY_DB: the file is not there');
    expect(output).toContain('GEO_ASN_DB: the file is no MMDB file, or not a whole one');
  });
});
