import { type Place } from '#domain';
import { type Chance } from './chance.js';

/** Large clouds, in which customers and thieves are neighbours. */
const CLOUDS = [1, 2, 3, 4, 5, 6];
const VERSIONS = 100;

/** Hands out networks that nobody else has. */
export class Networks {
  private last = 1_000;

  next(): number {
    return ++this.last;
  }
}

/** From where a client calls, and how that changes: a move of its machines, a new version of its software, a journey. */
export class Whereabouts {
  readonly country: number;
  readonly places: Place[];
  private journey: { readonly place: Place; readonly until: number } | undefined;
  private readonly provider: number;

  /** @param isSpread each place has a provider of its own: the devices of many people. */
  constructor(
    private readonly chance: Chance,
    private readonly networks: Networks,
    count: number,
    private readonly isSpread: boolean,
  ) {
    this.country = someCountry(chance);
    this.provider = chance.isTrue(0.6) ? chance.pick(CLOUDS) : someAccessProvider(chance);
    const family = chance.integer(1, 60);
    this.places = Array.from({ length: count }, () => ({
      network: networks.next(),
      ...at(isSpread ? someAccessProvider(chance) : this.provider),
      country: isSpread && chance.isTrue(0.2) ? someCountry(chance) : this.country,
      ...software(family, isSpread ? chance.integer(0, 5) : 0),
    }));
  }

  get home(): Place {
    return this.places[0] as Place;
  }

  placesAt(bucket: number): readonly Place[] {
    return this.journey !== undefined && bucket <= this.journey.until ? [this.journey.place] : this.places;
  }

  /** One of the places goes elsewhere, as a rule at the same provider. */
  move(): void {
    const { chance } = this;
    const index = chance.integer(0, this.places.length - 1);
    const from = this.places[index] as Place;
    const elsewhere = this.isSpread ? someAccessProvider(chance) : chance.pick(CLOUDS);
    this.places[index] = {
      ...from,
      network: this.networks.next(),
      ...at(this.isSpread || chance.isTrue(0.12) ? elsewhere : from.provider),
      country: chance.isTrue(0.04) ? someCountry(chance) : from.country,
    };
  }

  /** All places with the software of the first get its next version. */
  upgrade(): void {
    const { client, clientFamily } = this.home;
    this.places.forEach((place, index) => {
      if (place.client === client)
        this.places[index] = { ...place, ...software(clientFamily, (client % VERSIONS) + 1) };
    });
  }

  isTravelling(bucket: number): boolean {
    return this.journey !== undefined && bucket <= this.journey.until;
  }

  travel(until: number): void {
    const { chance } = this;
    const country = chance.isTrue(0.5) ? this.country : someCountry(chance);
    const provider = someAccessProvider(chance);
    this.journey = { place: { ...this.home, network: this.networks.next(), ...at(provider), country }, until };
  }
}

/** Where a thief calls from. He has no reason to have the owner's software. */
export function thiefPlace(chance: Chance, networks: Networks, country: number, isInCloud = false): Place {
  return {
    network: networks.next(),
    ...at(isInCloud ? chance.pick(CLOUDS) : 200 + chance.integer(1, 80)),
    country,
    ...software(chance.integer(61, 90), 0),
  };
}

export function otherCountry(chance: Chance, country: number): number {
  const other = chance.integer(1, 60);
  return other === country ? other + 31 : other;
}

/** A provider that is known, of one range. */
function at(provider: number): { range: number; provider: number } {
  return { range: provider, provider };
}

function someAccessProvider(chance: Chance): number {
  return 100 + chance.integer(1, 60);
}

/** Some have many more clients than others. */
function someCountry(chance: Chance): number {
  return 1 + Math.floor(30 * chance.share() ** 2.2);
}

function software(family: number, version: number): { clientFamily: number; client: number } {
  return { clientFamily: family, client: family * VERSIONS + version };
}
