import type { ProblemCode } from '#problems';

/** From the one who may least to the one who may most. */
export const ROLES = ['readonly', 'developer', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** What a dead key is dead of. */
export type KeyDeath = 'disabled' | 'revoked' | 'expired' | 'retired' | 'unknown' | 'malformed';

/** Who may call an operation. */
export type Who =
  | { readonly kind: 'everybody' }
  /** People of this role or a higher one, signed in; no API key. */
  | { readonly kind: 'people'; readonly from: Role }
  /** The same people, and API keys that hold the scope and belong to one of them. */
  | { readonly kind: 'people and keys'; readonly from: Role; readonly scope: string }
  /** API keys, for what they may do elsewhere: a live one that holds the permission, or is dead of what does not matter. */
  | { readonly kind: 'keys'; readonly permission?: string; readonly evenIf?: readonly KeyDeath[] };

/** What a request names by an id, and the state it must be in for the request to succeed. */
export type Subject =
  | 'key'
  | 'disabled key'
  | 'rotating key'
  | 'key whose new secret waits'
  | 'secret of a key'
  | 'webhook'
  | 'delivery'
  | 'session'
  | 'session of a person'
  | 'anomaly'
  | 'suspension'
  | 'entry of the log'
  | 'request with a key'
  | 'person'
  | 'person who goes'
  | 'erased person';

/** What a body may be made of. */
export interface Sending {
  /** Ids of the subject, by the names they have in the row. */
  readonly ids: Readonly<Record<string, string>>;
  /** Digits that no other request has. */
  readonly unique: string;
  /** Starts a session of somebody and gives the token that continues it. */
  readonly refreshToken: () => Promise<string>;
  /** Has a new secret of some key wait and gives the token that picks it up. */
  readonly pickUpToken: () => Promise<string>;
}

/** One line of the policy: who may call an operation, on whose objects, and what the answer is when they may. */
export interface Rule {
  readonly who: Who;
  readonly answer: number;
  /** What the ids in braces, or those in the body, name. */
  readonly names?: Subject;
  /** What the answer lists: what is within reach is in it, and nothing else. Logs are asked for what their subject is in. */
  readonly lists?: Subject;
  /**
   * Whose objects may be named: one's own; everybody's for those who hold the scope (admins do); or everybody's for all
   * who may call.
   */
  readonly reach?: 'own' | `akm:${string}:all` | 'everybody';
  /** How a filter is answered that names what is beyond reach. Absent: as if there were nothing to find. */
  readonly beyond?: ProblemCode;
  /** Of all who may see the object only its owner, signed in, is answered. */
  readonly ownerInPerson?: true;
  readonly body?: unknown;
  /** Whoever has called this can call nothing any more. */
  readonly spendsCaller?: boolean;
}

export const everybody: Who = { kind: 'everybody' };
export const people = (from: Role): Who => ({ kind: 'people', from });
export const holders = (from: Role, scope: string): Who => ({ kind: 'people and keys', from, scope });
export const keys = (permission?: string, evenIf?: readonly KeyDeath[]): Who => ({
  kind: 'keys',
  ...(permission !== undefined && { permission }),
  ...(evenIf && { evenIf }),
});

/** A row's name taken apart: `POST /api/v1/keys/bulk (by id)`, `GET /api/v1/keys?owner_id={id}`. */
export interface RowName {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: string;
  /** The operation as the router knows it. */
  readonly route: string;
}

export function rowName(row: string): RowName {
  const match = /^([A-Z]+) ([^ ?]+)(\?\S+)?(?: \(.+\))?$/.exec(row);
  if (!match) throw new Error(`"${row}" is no operation`);
  const [, method = '', path = '', query = ''] = match;
  return { method, path, query, route: `${method} ${path}` };
}
