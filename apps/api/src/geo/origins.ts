import { Logger } from '@nestjs/common';
import ipaddr from 'ipaddr.js';
import type { Clock } from '#domain';
import type { GeoConfig } from '../config/config.js';
import { ConfigurationError } from '../config/configuration-error.js';
import { MmdbFault, MmdbFile, versionOf } from './mmdb-file.js';
import { countryIn, NOWHERE, type Origin, providerIn } from './origin.js';

/** How long a file that has been replaced may go unnoticed. */
const LOOKED_AFTER_MS = 60_000;
const REMEMBERED_MAX = 10_000;

/** The countries and providers of addresses, from the files that GEO_COUNTRY_DB and GEO_ASN_DB name. */
export class Origins {
  private readonly logger = new Logger('Geo');
  private readonly remembered = new Map<string, Origin>();
  private looking: Promise<void> | null = null;
  private lookedAt: number;

  private constructor(
    private readonly countries: Source | null,
    private readonly providers: Source | null,
    private readonly clock: Clock,
  ) {
    this.lookedAt = clock.now();
  }

  /** @throws ConfigurationError that names each variable whose file cannot be used. */
  static async open({ countryFile, providerFile }: GeoConfig, clock: Clock): Promise<Origins> {
    const faults: string[] = [];
    const open = async (variable: string, path: string | null, tells: Source['tells']) => {
      if (path === null) return null;
      try {
        return { variable, path, tells, file: await MmdbFile.read(path, tells) };
      } catch (error) {
        if (!(error instanceof MmdbFault)) throw error;
        faults.push(`${variable}: the file ${error.message}`);
        return null;
      }
    };
    const countries = await open('GEO_COUNTRY_DB', countryFile, (entry) => countryIn(entry) !== null);
    const providers = await open('GEO_ASN_DB', providerFile, (entry) => providerIn(entry) !== null);
    if (faults.length > 0) throw new ConfigurationError(faults);
    return new Origins(countries, providers, clock);
  }

  /**
   * Nothing is known of addresses that are not everybody's: private, of the machine itself, for documentation.
   * @param address or a network, of which the first address counts.
   */
  of(address: string | null): Origin {
    if (address === null || (this.countries === null && this.providers === null)) return NOWHERE;
    const known = this.remembered.get(address) ?? this.find(address);
    if (this.remembered.size >= REMEMBERED_MAX) this.remembered.clear();
    this.remembered.set(address, known);
    return known;
  }

  /**
   * Takes files that were replaced. What cannot be used is passed over, with a line in the log, until it is whole: it may
   * be that somebody is still writing it.
   */
  refresh(): Promise<void> {
    if (this.clock.now() - this.lookedAt < LOOKED_AFTER_MS) return this.looking ?? Promise.resolve();
    this.lookedAt = this.clock.now();
    this.looking ??= this.look().finally(() => {
      this.looking = null;
    });
    return this.looking;
  }

  private async look(): Promise<void> {
    for (const source of [this.countries, this.providers]) {
      if (source !== null) await this.replace(source);
    }
  }

  private async replace(source: Source): Promise<void> {
    try {
      if ((await versionOf(source.path)) === source.file.version) return;
      source.file = await MmdbFile.read(source.path, source.tells);
      this.remembered.clear();
      this.logger.log(`${source.variable}: the database of ${source.file.madeOn} is in use from now on`);
    } catch (error) {
      if (!(error instanceof MmdbFault)) throw error;
      this.logger.warn(`${source.variable}: the file ${error.message}; that of ${source.file.madeOn} stays in use`);
    }
  }

  private find(kept: string): Origin {
    const address = publicAddress(kept);
    if (address === null) return NOWHERE;
    const country = answer(this.countries, address, countryIn);
    const provider = answer(this.providers, address, providerIn);
    const asOf = [country?.madeOn, provider?.madeOn].filter((day) => day !== undefined);
    return {
      country: country?.said ?? null,
      provider: provider?.said ?? null,
      asOf: [...new Set(asOf)].sort(),
    };
  }
}

/** One of the two files. */
interface Source {
  readonly variable: string;
  readonly path: string;
  readonly tells: (entry: object) => boolean;
  file: MmdbFile;
}

function answer<Said>(source: Source | null, address: string, read: (entry: object) => Said | null) {
  const entry = source?.file.find(address);
  const said = entry ? read(entry) : null;
  return source === null || said === null ? null : { said, madeOn: source.file.madeOn };
}

/** Null for a hash, and for whatever has no one place in the world. */
function publicAddress(kept: string): string | null {
  const [text = ''] = kept.split('/');
  if (!ipaddr.isValid(text)) return null;
  const address = ipaddr.process(text);
  return address.range() === 'unicast' ? address.toString() : null;
}
