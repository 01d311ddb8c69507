import { Acquaintance } from './acquaintance.js';
import { EVIDENCE_MIN, evidenceOf, type Detector } from './evidence.js';
import { LatelyMet } from './lately-met.js';
import { type Pool } from './pool.js';
import { onceInDays } from './rarity.js';
import { keeping, type Lasting, type Tape } from './tape.js';
import { type Place, UNKNOWN, type Uses } from './uses.js';

const VERSION = 2;
/** It knew providers by the ranges that stand for them, and no countries. */
const OLDEST = 1;
/** How many days of its own outweigh what is believed of any key. */
const PRIOR_DAYS = 5;
const PRIOR_NEWS = 2;
/** Software that changes together with the network is never counted as rarer than this: it often is one decision. */
const NEW_FAMILY_MIN = 0.01;
const NEW_CLIENT_MIN = 0.05;
/** Of the new clients, those of another family rather than of another version. */
const OTHER_FAMILY = 0.3;

/** Where a key has been used from, and how often it shows something new. */
export class PlaceState implements Lasting {
  readonly acquaintance: Acquaintance;
  readonly networks = new LatelyMet(256);
  readonly ranges = new LatelyMet(64);
  readonly countries = new LatelyMet(32, 64);
  readonly clients = new LatelyMet(64);
  readonly clientFamilies = new LatelyMet(64);
  newNetworks = 0;
  newProviders = 0;
  newCountries = 0;
  newClients = 0;
  readonly providers = new LatelyMet(48);
  /** Of the new providers, those in a country that is known. */
  newProvidersPlaced = 0;
  /** How well it is known by what a table says: a table that is new to us makes nothing about a key new. */
  readonly byProvider = new Acquaintance();
  readonly byCountry = new Acquaintance();

  constructor(now: number) {
    this.acquaintance = new Acquaintance(now);
  }

  pass(tape: Tape): void {
    this.acquaintance.pass(tape);
    for (const met of [this.networks, this.ranges, this.countries, this.clients, this.clientFamilies]) met.pass(tape);
    this.newNetworks = tape.number(this.newNetworks);
    this.newProviders = tape.number(this.newProviders);
    this.newCountries = tape.number(this.newCountries);
    this.newClients = tape.number(this.newClients);
    if (tape.version === OLDEST) return;
    this.providers.pass(tape);
    this.newProvidersPlaced = tape.number(this.newProvidersPlaced);
    this.byProvider.pass(tape);
    this.byCountry.pass(tape);
  }
}

/**
 * How likely is it that this key shows up today from a place as new as that? The chance of a new network, times that of
 * a new provider, country and client given the one before: from the key's own past, and as long as that is short, from
 * what the keys of this installation do. The idea of risk-based authentication (Freeman et al., NDSS 2016), on the rate
 * of new values rather than on the values.
 */
export const place: Detector<PlaceState, Uses> = {
  kind: 'place',
  ...keeping(VERSION, (now) => new PlaceState(now), OLDEST),
  step(state, { at, place: from }, pool) {
    const isNewDay = state.acquaintance.meet(at);
    const isWellKnown = state.acquaintance.isWell(at);
    if (isWellKnown && isNewDay) pool.keyDays++;
    if (from.provider !== UNKNOWN) state.byProvider.meet(at);
    if (from.country !== UNKNOWN) state.byCountry.meet(at);
    const news = newsOf(state, from, at);
    const chance = isWellKnown && (news.network || news.client) ? chanceOf(news, state, pool) : 1;
    const networkEveryDays = 1 / Math.max(chanceOfNetwork(state, pool), 1e-4);
    if (isWellKnown) count(news, from, state, pool);
    remember(from, state);
    const e = evidenceOf(chance);
    if (e < EVIDENCE_MIN) return null;
    return {
      kind: 'place',
      e,
      at,
      since: at,
      observed: 1,
      typical: [0, 1 / networkEveryDays],
      once: onceInDays(1 / chance),
      facts: { news: wordsFor(news), networkEveryDays, knownForDays: state.acquaintance.days(at) },
    };
  },
};

/** Whether the key has been used from this network lately. */
export function isKnownNetwork(state: PlaceState, { network }: Place): boolean {
  return state.networks.has(network);
}

/** What is new about a place. A provider is only new in a new network, and a country with a new provider. */
interface News {
  readonly network: boolean;
  readonly provider: boolean;
  readonly country: boolean;
  readonly client: boolean;
  readonly clientFamily: boolean;
}

function newsOf(state: PlaceState, from: Place, at: number): News {
  const network = !state.networks.has(from.network);
  const isByProvider = from.provider !== UNKNOWN && state.byProvider.isWell(at);
  const provider = network && !(isByProvider ? state.providers.has(from.provider) : state.ranges.has(from.range));
  const isByCountry = from.country !== UNKNOWN && state.byCountry.isWell(at);
  const country = provider && isByCountry && !state.countries.has(from.country);
  const client = !state.clients.has(from.client);
  return { network, provider, country, client, clientFamily: client && !state.clientFamilies.has(from.clientFamily) };
}

function chanceOf(news: News, state: PlaceState, pool: Pool): number {
  if (!news.network) return Math.min(1, chanceOfClient(state, pool)) * (news.clientFamily ? OTHER_FAMILY : 1);
  let chance = Math.min(1, chanceOfNetwork(state, pool));
  if (news.provider) chance *= share(state.newProviders, state.newNetworks, pool.newProviders / pool.newNetworks);
  if (news.country) chance *= chanceOfCountry(state, pool);
  const clientToo = pool.newClientsElsewhere / pool.newNetworks;
  if (news.clientFamily) chance *= Math.min(1, Math.max(NEW_FAMILY_MIN, OTHER_FAMILY * clientToo));
  else if (news.client) chance *= Math.min(1, Math.max(NEW_CLIENT_MIN, clientToo));
  return chance;
}

/** A day. */
function chanceOfNetwork(state: PlaceState, pool: Pool): number {
  return rate(state.newNetworks, state.acquaintance.activeDays, pool.newNetworks / pool.keyDays);
}

/** A table of countries may be there for a shorter time than providers are counted. */
function chanceOfCountry(state: PlaceState, pool: Pool): number {
  return share(state.newCountries, state.newProvidersPlaced, pool.newCountries / pool.newProvidersPlaced);
}

function chanceOfClient(state: PlaceState, pool: Pool): number {
  return rate(state.newClients, state.acquaintance.activeDays, pool.newClients / pool.keyDays);
}

function rate(count: number, days: number, believed: number): number {
  return (count + PRIOR_DAYS * believed) / (days + PRIOR_DAYS);
}

function share(count: number, of: number, believed: number): number {
  return Math.min(1, (count + PRIOR_NEWS * believed) / (of + PRIOR_NEWS));
}

function count(news: News, from: Place, state: PlaceState, pool: Pool): void {
  if (news.network) {
    state.newNetworks++;
    pool.newNetworks++;
  }
  if (news.provider) {
    state.newProviders++;
    pool.newProviders++;
  }
  if (news.provider && from.country !== UNKNOWN) {
    state.newProvidersPlaced++;
    pool.newProvidersPlaced++;
  }
  if (news.country) {
    state.newCountries++;
    pool.newCountries++;
  }
  if (news.client) {
    state.newClients++;
    pool.newClients++;
    if (news.network) pool.newClientsElsewhere++;
  }
}

function remember(from: Place, state: PlaceState): void {
  state.networks.meet(from.network);
  state.ranges.meet(from.range);
  if (from.provider !== UNKNOWN) state.providers.meet(from.provider);
  if (from.country !== UNKNOWN) state.countries.meet(from.country);
  state.clients.meet(from.client);
  state.clientFamilies.meet(from.clientFamily);
}

function wordsFor(news: News): string {
  const words: string[] = [];
  if (news.provider) words.push('new provider');
  else if (news.network) words.push('new network');
  if (news.country) words.push('new country');
  if (news.clientFamily) words.push('new client');
  else if (news.client) words.push('new version of the client');
  return words.join(' + ');
}
