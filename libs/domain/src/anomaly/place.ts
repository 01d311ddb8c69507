import { Acquaintance } from './acquaintance.js';
import { EVIDENCE_MIN, evidenceOf, type Detector } from './evidence.js';
import { LatelyMet } from './lately-met.js';
import { type Pool } from './pool.js';
import { onceInDays } from './rarity.js';
import { keeping, type Lasting, type Tape } from './tape.js';
import { type Place, type Uses } from './uses.js';

const VERSION = 1;
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
  readonly providers = new LatelyMet(64);
  readonly countries = new LatelyMet(64);
  readonly clients = new LatelyMet(64);
  readonly clientFamilies = new LatelyMet(64);
  newNetworks = 0;
  newProviders = 0;
  newCountries = 0;
  newClients = 0;

  constructor(now: number) {
    this.acquaintance = new Acquaintance(now);
  }

  pass(tape: Tape): void {
    this.acquaintance.pass(tape);
    for (const met of [this.networks, this.providers, this.countries, this.clients, this.clientFamilies])
      met.pass(tape);
    this.newNetworks = tape.number(this.newNetworks);
    this.newProviders = tape.number(this.newProviders);
    this.newCountries = tape.number(this.newCountries);
    this.newClients = tape.number(this.newClients);
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
  ...keeping(VERSION, (now) => new PlaceState(now)),
  step(state, { at, place: from }, pool) {
    const isNewDay = state.acquaintance.meet(at);
    const isWellKnown = state.acquaintance.isWell(at);
    if (isWellKnown && isNewDay) pool.keyDays++;
    const news = newsOf(state, from);
    const chance = isWellKnown && (news.network || news.client) ? chanceOf(news, state, pool) : 1;
    const networkEveryDays = 1 / Math.max(chanceOfNetwork(state, pool), 1e-4);
    if (isWellKnown) count(news, state, pool);
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

function newsOf(state: PlaceState, from: Place): News {
  const network = !state.networks.has(from.network);
  const provider = network && !state.providers.has(from.provider);
  const country = provider && !state.countries.has(from.country);
  const client = !state.clients.has(from.client);
  return { network, provider, country, client, clientFamily: client && !state.clientFamilies.has(from.clientFamily) };
}

function chanceOf(news: News, state: PlaceState, pool: Pool): number {
  if (!news.network) return Math.min(1, chanceOfClient(state, pool)) * (news.clientFamily ? OTHER_FAMILY : 1);
  let chance = Math.min(1, chanceOfNetwork(state, pool));
  if (news.provider) chance *= share(state.newProviders, state.newNetworks, pool.newProviders / pool.newNetworks);
  if (news.country) chance *= share(state.newCountries, state.newProviders, pool.newCountries / pool.newProviders);
  const clientToo = pool.newClientsElsewhere / pool.newNetworks;
  if (news.clientFamily) chance *= Math.min(1, Math.max(NEW_FAMILY_MIN, OTHER_FAMILY * clientToo));
  else if (news.client) chance *= Math.min(1, Math.max(NEW_CLIENT_MIN, clientToo));
  return chance;
}

/** A day. */
function chanceOfNetwork(state: PlaceState, pool: Pool): number {
  return rate(state.newNetworks, state.acquaintance.activeDays, pool.newNetworks / pool.keyDays);
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

function count(news: News, state: PlaceState, pool: Pool): void {
  if (news.network) {
    state.newNetworks++;
    pool.newNetworks++;
  }
  if (news.provider) {
    state.newProviders++;
    pool.newProviders++;
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
  state.providers.meet(from.provider);
  state.countries.meet(from.country);
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
