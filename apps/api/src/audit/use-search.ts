import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { VerdictCode } from '#domain';
import { foundIn, inAnyCase } from '../database/like-pattern.js';
import { canonicalAddress } from '../http/request-origin.js';
import { outcomesWhere } from './logged-use.js';
import { type Place, Places, wholeHour } from './places.js';
import { HOUR_MS } from './use-hours.js';

/** The texts of uses that come again and again, as `usage_texts` calls them. */
type TextKind = 'agent' | 'endpoint' | 'method';

/** What a text that is searched for means for uses of keys: each of these is one way to match. */
export interface UseSearch {
  /** Those whose action or error message it is part of. */
  readonly outcomes: readonly VerdictCode[];
  /** The agents, endpoints and methods it is part of; `many` are not listed, but searched for in each use. */
  readonly texts: Readonly<Record<TextKind, readonly string[] | 'many'>>;
  /** It is a whole address, or all that stands for one. */
  readonly addresses: readonly string[];
  /** It is the whole id of a request. */
  readonly requestId: string | null;
  /** Where alone there can be such a use; absent: anywhere. */
  readonly places?: Places | undefined;
}

/** More texts than that are not asked for one by one, and so many are used all the time. */
const TEXTS_MAX = 200;
/** Hours of all texts together that are asked for. */
const HOURS_MAX = 4_000;
const HOURS_OF_A_TEXT = { min: 20, max: 400 };

/**
 * Prepares the search for a text among uses of keys. The texts of uses are few and come again and again: they are
 * searched in a list of their own, which also knows in which hours each stands.
 */
@Injectable()
export class UseSearches {
  constructor(private readonly dataSource: DataSource) {}

  /** @param formsOf everything that may stand for an address. */
  async of(q: string, formsOf: (address: string) => readonly string[]): Promise<UseSearch> {
    const wanted = q.toLowerCase();
    const outcomes = outcomesWhere(({ action, errorMessage }) =>
      `${action}\n${errorMessage ?? ''}`.toLowerCase().includes(wanted),
    );
    const texts = await this.textsWith(q);
    const address = canonicalAddress(q);
    const addresses = address === null ? [] : formsOf(address);
    const requestId = REQUEST_ID.test(q) ? q : null;
    const search = { outcomes, texts, addresses, requestId };
    const isMany = outcomes.length > 0 || addresses.length > 0 || Object.values(texts).includes('many');
    const ofRequest = requestId === null ? [] : placesOfRequest(requestId);
    if (isMany || ofRequest === null) return search;
    return { ...search, places: await this.placesOf(texts, ofRequest) };
  }

  private async textsWith(q: string): Promise<UseSearch['texts']> {
    const rows = await this.dataSource.query<{ kind: TextKind; text: string }[]>(
      `SELECT kind, text FROM usage_texts WHERE ${foundIn('text', ['$1', '$2'])} LIMIT $3`,
      [...inAnyCase(q), TEXTS_MAX + 1],
    );
    if (rows.length > TEXTS_MAX) return { agent: 'many', endpoint: 'many', method: 'many' };
    const of = (wanted: TextKind) => rows.filter(({ kind }) => kind === wanted).map(({ text }) => text);
    return { agent: of('agent'), endpoint: of('endpoint'), method: of('method') };
  }

  /** The newest hours of each text: of one that is used all the time, they say nothing of those before. */
  private async placesOf(texts: UseSearch['texts'], others: readonly Place[]): Promise<Places> {
    const wanted = Object.entries(texts).flatMap(([kind, ofKind]) => [...ofKind].map((text) => [kind, text] as const));
    if (wanted.length === 0) return placesIn([], 0, others);
    const { min, max } = HOURS_OF_A_TEXT;
    const limit = Math.min(max, Math.max(min, Math.floor(HOURS_MAX / wanted.length)));
    const rows = await this.dataSource.query<PlaceRow[]>(PLACES, [
      wanted.map(([kind]) => kind),
      wanted.map(([, text]) => text),
      limit,
    ]);
    return placesIn(rows, limit, others);
  }
}

/** Of an hour in which a text stands: times in milliseconds since the epoch. */
interface PlaceRow {
  readonly hour: string;
  /** The only minute; null: there is more than one. */
  readonly minute: string | null;
  /** How many hours of this text there are from this one on. */
  readonly place: string;
}

const MS = (time: string) => `(extract(epoch FROM ${time}) * 1000)::bigint`;

/** $1 kinds and $2 texts, $3 how many hours of each. */
const PLACES = `
  SELECT ${MS('hour')} AS hour, ${MS('minute')} AS minute, place
  FROM unnest($1::text[], $2::text[]) AS wanted (kind, text), LATERAL (
    SELECT hour, minute, row_number() OVER (ORDER BY hour DESC) AS place FROM usage_text_hours AS known
    WHERE known.kind = wanted.kind AND known.text = wanted.text ORDER BY hour DESC LIMIT $3
  ) AS seen`;

/** @param others places that are among them in any case, each within an hour. */
function placesIn(rows: readonly PlaceRow[], limit: number, others: readonly Place[]): Places {
  const byHour = new Map<number, Place>();
  const add = (at: number, { from, to }: Place) => {
    const known = byHour.get(at);
    byHour.set(at, { from: Math.min(known?.from ?? from, from), to: Math.max(known?.to ?? to, to) });
  };
  let since = -Infinity;
  for (const { hour, minute, place } of rows) {
    const at = Number(hour);
    const here = minute === null ? wholeHour(at) : { from: Number(minute), to: Number(minute) + MINUTE_MS };
    add(at, here);
    if (Number(place) === limit) since = Math.max(since, at);
  }
  for (const place of others) add(Math.floor(place.from / HOUR_MS) * HOUR_MS, place);
  return new Places(byHour, since);
}

const MINUTE_MS = 60_000;

/** What a request may be called, by akm or by a proxy; a word is not taken for one. */
const REQUEST_ID = /^(?=.*\d)[A-Za-z0-9._-]{16,64}$/;
/** What akm calls it: the id begins with when that was (RFC 9562 §5.7). */
const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** A use is recorded soon after its request was named. Null: a proxy named it, and only it knows when. */
function placesOfRequest(id: string): Place[] | null {
  if (!UUID_V7.test(id)) return null;
  const at = parseInt(id.replace('-', '').slice(0, 12), 16);
  const [from, to] = [at - SOON_MS, at + SOON_MS];
  const hours = new Set([from, to].map((time) => Math.floor(time / HOUR_MS) * HOUR_MS));
  return [...hours].map((hour) => ({ from: Math.max(from, hour), to: Math.min(to, hour + HOUR_MS) }));
}

/** For clocks that differ, and for whoever asks again under the same name. */
const SOON_MS = 600_000;
