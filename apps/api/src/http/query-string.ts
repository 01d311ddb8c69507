import { parseKey } from '#domain';
import { type ProblemCode } from '#problems';

/** Why a query string is refused, and the API key in it, if there is one. */
export interface QueryFault {
  readonly code: ProblemCode;
  /** What was sent in place of a key, or looks like one: never to be logged or stored, only to be digested. */
  readonly key?: string;
}

/**
 * Looks at the query of a raw URL before anyone uses it: every parameter once, all of it valid UTF-8 without NUL, and no
 * API key anywhere in it, because URLs are written to logs, histories and Referer headers on the way.
 */
export function queryFault(url: string): QueryFault | undefined {
  const start = url.indexOf('?');
  if (start === -1) return undefined;
  const names = new Set<string>();
  let fault: QueryFault | undefined;
  for (const pair of url.slice(start + 1).split('&')) {
    const [name, value] = partsOf(pair);
    // A key is the worst thing to find, so the search for one goes on behind any other fault.
    const key = keyIn(pair) ?? namedKey(KEY_NAMES, name, value);
    if (key !== undefined) return { code: 'KEY_IN_QUERY', key };
    fault ??= pairFault(name, value, names);
  }
  return fault;
}

/**
 * The API key in the query of a URL that is for somebody else: what is written like a key of akm, and what is sent under
 * a name that can only mean one. `key` and `access_token` may be anything there.
 */
export function keyInUrl(url: string): string | undefined {
  const start = url.indexOf('?');
  if (start === -1) return undefined;
  for (const pair of url.slice(start + 1).split('&')) {
    const [name, value] = partsOf(pair);
    const key = keyIn(pair) ?? namedKey(API_KEY_NAMES, name, value);
    if (key !== undefined) return key;
  }
  return undefined;
}

function partsOf(pair: string): [name: string | undefined, value: string | undefined] {
  const equals = pair.indexOf('=');
  return [decode(equals === -1 ? pair : pair.slice(0, equals)), decode(equals === -1 ? '' : pair.slice(equals + 1))];
}

function pairFault(name: string | undefined, value: string | undefined, names: Set<string>): QueryFault | undefined {
  if (name === undefined || value === undefined) return { code: 'INVALID_TEXT' };
  if (name.includes('\0') || value.includes('\0')) return { code: 'INVALID_TEXT' };
  if (UNSAFE_NAMES.has(name)) return { code: 'BAD_REQUEST' };
  if (name === '' || !names.has(name)) {
    names.add(name);
    return undefined;
  }
  return { code: 'REPEATED_PARAMETER' };
}

/** What is written like a key of akm in a name, a value, or a URL or fragment within one. */
function keyIn(pair: string): string | undefined {
  if (pair.length < SHORTEST_KEY) return undefined;
  return (decode(pair) ?? pair).split(/[^\w-]+/).find((word) => parseKey(word) !== undefined);
}

/** What is sent under one of these names. */
function namedKey(names: ReadonlySet<string>, name: string | undefined, value: string | undefined): string | undefined {
  return value !== '' && names.has(nameOf(name)) ? value : undefined;
}

function nameOf(name: string | undefined): string {
  return name?.toLowerCase().replaceAll('_', '-') ?? '';
}

/** A key of the reference system: nothing shorter is looked through. */
const SHORTEST_KEY = 47;
const API_KEY_NAMES: ReadonlySet<string> = new Set(['api-key', 'apikey', 'x-api-key']);
const KEY_NAMES: ReadonlySet<string> = new Set([...API_KEY_NAMES, 'key', 'access-token']);
const UNSAFE_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Form decoding; undefined when the bytes behind the escapes are not UTF-8. */
function decode(text: string): string | undefined {
  if (!/[%+]/.test(text)) return text;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
