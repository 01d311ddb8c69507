/** What databases say of an address: a hint, since they are wrong now and then. */
export interface Origin {
  /** By ISO 3166-1. */
  readonly country: string | null;
  readonly provider: Provider | null;
  /** The days on which the databases were made that say so, the oldest first. */
  readonly asOf: readonly string[];
}

export const NOWHERE: Origin = { country: null, provider: null, asOf: [] };

/** Who connects an address to the others: an autonomous system, and who runs it. */
export interface Provider {
  readonly number: number;
  readonly name: string | null;
}

const NAME_LENGTH_MAX = 80;

/**
 * The country of an entry by ISO 3166-1, as GeoLite2, GeoIP2 and DB-IP have it (`country.iso_code`), or ip-location-db
 * (`country_code`). Where a network was registered is not where it is, and is passed over.
 */
export function countryIn(entry: object): string | null {
  const { country, country_code: plain } = entry as { country?: { iso_code?: unknown }; country_code?: unknown };
  const code = plain ?? country?.iso_code;
  return typeof code === 'string' && /^[A-Z]{2}$/.test(code) ? code : null;
}

/** The provider of an entry, as all of these have it. */
export function providerIn(entry: object): Provider | null {
  const { autonomous_system_number: number, autonomous_system_organization: name } = entry as Record<string, unknown>;
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number <= 0) return null;
  return { number, name: typeof name === 'string' ? plainText(name) : null };
}

/** What is said of several addresses, with the days of the databases; null where nothing is. */
export function originsText(origins: readonly Origin[]): string | null {
  const known = origins.filter(({ asOf }) => asOf.length > 0);
  const places = [...new Set(known.map(originText))].sort();
  const days = [...new Set(known.flatMap(({ asOf }) => asOf))].sort();
  if (places.length === 0) return null;
  const more = places.length > TOLD_MAX ? `; and ${places.length - TOLD_MAX} more` : '';
  return `By databases of ${days.join(' and ')}: ${places.slice(0, TOLD_MAX).join('; ')}${more}.`;
}

const TOLD_MAX = 5;

function originText({ provider, country }: Origin): string {
  return [provider && providerName(provider), country && countryName(country)]
    .filter((part) => part !== null)
    .join(', ');
}

/** `Brazil`; the code where nobody knows the name. */
export function countryName(code: string): string {
  return COUNTRIES.of(code) ?? code;
}

/** `AS64501 Example Hosting`. */
export function providerName({ number, name }: Provider): string {
  return name === null ? `AS${number}` : `AS${number} ${name}`;
}

const COUNTRIES = new Intl.DisplayNames('en', { type: 'region' });

/** Whoever runs a network chooses its name, and alerts are read in terminals too. */
function plainText(name: string): string | null {
  const kept = name.replace(/[\p{C}\s]+/gu, ' ').trim();
  return kept === '' ? null : kept.slice(0, NAME_LENGTH_MAX);
}
