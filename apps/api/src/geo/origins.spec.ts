import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { ManualClock } from '#domain';
import { type MmdbDatabase, mmdbFile } from '../../../../test/support/mmdb.js';
import { Origins } from './origins.js';

const MINUTE_MS = 60_000;
const COUNTRIES: MmdbDatabase = {
  type: 'GeoLite2-Country',
  entries: {
    '81.2.69.0/24': {
      country: { iso_code: 'GB', names: { en: 'United Kingdom' } },
      registered_country: { iso_code: 'FR' },
    },
    '1.1.1.0/24': { registered_country: { iso_code: 'AU' } },
    '2a00:1450::/32': { country: { iso_code: 'IE' } },
    '10.0.0.0/8': { country: { iso_code: 'GB' } },
    '127.0.0.0/8': { country: { iso_code: 'GB' } },
    '203.0.113.0/24': { country: { iso_code: 'GB' } },
    'fd00::/8': { country: { iso_code: 'GB' } },
  },
};
const PROVIDERS: MmdbDatabase = {
  type: 'GeoLite2-ASN',
  madeAt: Date.UTC(2026, 9, 15),
  entries: {
    '81.2.69.0/24': { autonomous_system_number: 20712, autonomous_system_organization: 'Andrews & Arnold Ltd' },
    '8.8.8.0/24': { autonomous_system_number: 15169 },
  },
};

const clock = new ManualClock(Date.UTC(2026, 10, 22));
let folder: string;
let countryFile: string;
let providerFile: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'akm-geo-'));
  countryFile = write('countries.mmdb', mmdbFile(COUNTRIES));
  providerFile = write('providers.mmdb', mmdbFile(PROVIDERS));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  jest.restoreAllMocks();
});

function write(name: string, bytes: Buffer): string {
  const path = join(folder, name);
  // As tools that update such files do: those who read it never see half of one.
  writeFileSync(`${path}.new`, bytes);
  renameSync(`${path}.new`, path);
  return path;
}

const open = () => Origins.open({ countryFile, providerFile }, clock);
const refusal = async () => String(await open().catch((error: unknown) => error));

describe('where an address is from', () => {
  it('is nowhere without databases', async () => {
    const origins = await Origins.open({ countryFile: null, providerFile: null }, clock);
    expect(origins.of('81.2.69.160')).toEqual({ country: null, provider: null, asOf: [] });
  });

  it('is what both databases say, and as of when', async () => {
    expect((await open()).of('81.2.69.160')).toEqual({
      country: 'GB',
      provider: { number: 20712, name: 'Andrews & Arnold Ltd' },
      asOf: ['2026-10-15', '2026-11-01'],
    });
  });

  it.each([
    ['::ffff:81.2.69.160', 'GB'],
    ['81.2.69.0/24', 'GB'],
    ['2a00:1450:4001::5', 'IE'],
  ])('is told of %s', async (address, country) => {
    expect((await open()).of(address).country).toBe(country);
  });

  it.each([
    '10.0.0.1',
    '127.0.0.1',
    '::1',
    'fd00::1',
    '203.0.113.7',
    'hmac-00000000000000000000000000000000',
    '',
    '9.9.9.9',
  ])('is nowhere for %j', async (address) => {
    expect((await open()).of(address)).toEqual({ country: null, provider: null, asOf: [] });
  });

  it('is not the country in which the network was registered', async () => {
    expect((await open()).of('1.1.1.1').country).toBeNull();
  });

  it.each([24, 28, 32] as const)('is found in trees of %d bits a record', async (bits) => {
    countryFile = write('countries.mmdb', mmdbFile({ ...COUNTRIES, bits }));
    const origins = await open();
    expect(['81.2.69.160', '81.2.70.1', '2a00:1450::1'].map((each) => origins.of(each).country)).toEqual([
      'GB',
      null,
      'IE',
    ]);
  });

  it.each([
    ['ip-location-db', { country_code: 'GB' }, { autonomous_system_number: 5, autonomous_system_organization: 'X' }],
    [
      'DB-IP',
      { country: { iso_code: 'GB', names: {} }, continent: {} },
      { autonomous_system_number: 5, autonomous_system_organization: 'X' },
    ],
  ])('is read as %s lays it out', async (_, country, provider) => {
    countryFile = write('countries.mmdb', mmdbFile({ entries: { '81.2.0.0/16': country } }));
    providerFile = write('providers.mmdb', mmdbFile({ entries: { '81.2.0.0/16': provider } }));
    expect((await open()).of('81.2.69.160')).toMatchObject({ country: 'GB', provider: { number: 5, name: 'X' } });
  });

  it('is not taken from a database of IPv4 for an address of IPv6', async () => {
    countryFile = write(
      'countries.mmdb',
      mmdbFile({ ipVersion: 4, entries: { '32.0.0.0/4': { country_code: 'GB' } } }),
    );
    const origins = await open();
    expect([origins.of('32.1.1.1').country, origins.of('2001:4860::1').country]).toEqual(['GB', null]);
  });

  it('has a name in which nothing acts on whoever reads it', async () => {
    const name = `\u001b[31mEvil\n Org\u202e ${'x'.repeat(200)}`;
    providerFile = write(
      'providers.mmdb',
      mmdbFile({ entries: { '8.8.8.0/24': { autonomous_system_number: 1, autonomous_system_organization: name } } }),
    );
    expect((await open()).of('8.8.8.8').provider?.name).toBe(`[31mEvil Org ${'x'.repeat(200)}`.slice(0, 80).trim());
  });
});

describe('a file that cannot be used', () => {
  it.each([
    ['is not there', () => (countryFile += '.gone')],
    ['cannot be read (ENOTDIR)', () => (countryFile += '/inside')],
    ['is no MMDB file', () => write('countries.mmdb', Buffer.from('country,code\n'))],
    ['is no MMDB file', () => write('countries.mmdb', Buffer.alloc(0))],
    ['or not a whole one', () => write('countries.mmdb', mmdbFile(COUNTRIES).subarray(0, -300))],
    ['or not a whole one', () => write('countries.mmdb', spoilt(mmdbFile({ ...COUNTRIES, bits: 24 })))],
    ['is about something else', () => write('countries.mmdb', endless(mmdbFile(COUNTRIES)))],
    ['is a folder', () => (countryFile = folder)],
    ['is about something else: it calls itself “GeoLite2-ASN”', () => write('countries.mmdb', mmdbFile(PROVIDERS))],
  ])('%s: stops the start, and its variable is named', async (why, spoil) => {
    spoil();
    const said = await refusal();
    expect(said).toMatch(/Invalid configuration:\n {2}- GEO_COUNTRY_DB: the file /);
    expect(said).toContain(why);
    expect(said).not.toContain(folder);
  });

  it('is named beside the other one', async () => {
    rmSync(countryFile);
    write('providers.mmdb', mmdbFile(COUNTRIES));
    expect(await refusal()).toMatch(/GEO_COUNTRY_DB: .*\n.*GEO_ASN_DB: /);
  });
});

describe('a file that is replaced', () => {
  const moved: MmdbDatabase = {
    ...COUNTRIES,
    madeAt: Date.UTC(2026, 10, 20),
    entries: { '81.2.69.0/24': { country_code: 'DE' } },
  };

  beforeEach(() => {
    jest.spyOn(Logger.prototype, 'log').mockImplementation();
  });

  it('is taken a minute later, with what was remembered of the one before forgotten', async () => {
    const origins = await open();
    expect(origins.of('81.2.69.160').country).toBe('GB');
    write('countries.mmdb', mmdbFile(moved));
    await origins.refresh();
    expect(origins.of('81.2.69.160').country).toBe('GB');
    clock.advance(MINUTE_MS);
    await origins.refresh();
    expect(origins.of('81.2.69.160')).toMatchObject({ country: 'DE', asOf: ['2026-10-15', '2026-11-20'] });
  });

  it('is passed over as long as it is not whole, with a line in the log', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation();
    const origins = await open();
    for (const part of [mmdbFile(moved).subarray(0, 900), null]) {
      if (part) write('countries.mmdb', part);
      else rmSync(countryFile);
      clock.advance(MINUTE_MS);
      await origins.refresh();
      expect(origins.of('81.2.69.160').country).toBe('GB');
      expect(warn).toHaveBeenLastCalledWith(
        expect.stringMatching(/^GEO_COUNTRY_DB: the file .* that of 2026-11-01 stays in use$/),
      );
    }
    write('countries.mmdb', mmdbFile(moved));
    clock.advance(MINUTE_MS);
    await origins.refresh();
    expect(origins.of('81.2.69.160').country).toBe('DE');
  });
});

/** A record of the tree that leads out of the file. */
function spoilt(bytes: Buffer): Buffer {
  bytes.writeUIntBE(0xfffff0, 3, 3);
  return bytes;
}

/** Each node of its tree leads back to the first. */
function endless(bytes: Buffer): Buffer {
  return bytes.fill(0, 0, bytes.indexOf('\xab\xcd\xefMaxMind.com', 'latin1'));
}
