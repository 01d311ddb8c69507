import { readBack, type Tape, written } from './tape.js';

/**
 * What all keys of an installation do, as a handful of counters: what a key is expected to do as long as little is known
 * about it. One pool is shared by all detectors and is changed by them.
 */
export interface Pool {
  /** Days on which keys were used, one for each key. */
  keyDays: number;
  newNetworks: number;
  /** Of the new networks, those of a new provider. */
  newProviders: number;
  newCountries: number;
  newClients: number;
  /** New clients that came with a new network. */
  newClientsElsewhere: number;
  calls: number;
  denied: number;
  /** Of the new providers, those in a country that is known. */
  newProvidersPlaced: number;
}

const VERSION = 2;
/** It did not tell providers in a known country from others. */
const OLDEST = 1;

/** What is believed before anything has been seen: the weight of fifty days. */
export function initialPool(): Pool {
  return {
    keyDays: 50,
    newNetworks: 5,
    newProviders: 1,
    newCountries: 0.3,
    newClients: 2,
    newClientsElsewhere: 0.3,
    calls: 20_000,
    denied: 5,
    newProvidersPlaced: 1,
  };
}

export function encodePool(pool: Pool): Uint8Array {
  return written(VERSION, (tape) => {
    for (const name of NAMES) tape.number(pool[name]);
  });
}

/** Undefined: of another version, or not whole. */
export function decodePool(bytes: Uint8Array): Pool | undefined {
  const pool = initialPool();
  const read = (tape: Tape) => {
    for (const name of tape.version === OLDEST ? NAMES.slice(0, -1) : NAMES) pool[name] = tape.number(0);
  };
  const isWhole = readBack(VERSION, bytes, read, OLDEST);
  return isWhole ? pool : undefined;
}

const NAMES = Object.keys(initialPool()) as (keyof Pool)[];
