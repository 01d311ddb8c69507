import { covers, isPermission } from './permission.js';

/** What a request needs: one permission, all of several, or any of several. */
export type PermissionQuery =
  | { readonly kind: 'permission'; readonly permission: string }
  | { readonly kind: 'all'; readonly of: readonly PermissionQuery[] }
  | { readonly kind: 'any'; readonly of: readonly PermissionQuery[] };

export type ParsedQuery =
  | { readonly query: PermissionQuery }
  /** `position` counts UTF-16 code units from 0; the message is for the author of the query and repeats none of it. */
  | { readonly error: string; readonly position: number };

export const QUERY_LENGTH_MAX = 1000;
export const QUERY_DEPTH_MAX = 16;

/** The query that asks for every permission of a list; of an empty list it asks for nothing. */
export function allOf(permissions: readonly string[]): PermissionQuery {
  return { kind: 'all', of: permissions.map((permission) => ({ kind: 'permission', permission })) };
}

/** Whether the granted permissions answer the query. */
export function satisfies(granted: readonly string[], query: PermissionQuery): boolean {
  switch (query.kind) {
    case 'permission':
      return covers(granted, query.permission);
    case 'all':
      return query.of.every((part) => satisfies(granted, part));
    case 'any':
      return query.of.some((part) => satisfies(granted, part));
  }
}

/** The permissions that a query names and that are granted, each once: as long as they stay granted, so does the query. */
export function grantedIn(granted: readonly string[], query: PermissionQuery): string[] {
  if (query.kind === 'permission') return covers(granted, query.permission) ? [query.permission] : [];
  return [...new Set(query.of.flatMap((part) => grantedIn(granted, part)))];
}

/**
 * Reads `a.read AND (b OR c.*)`. AND binds tighter than OR; keywords are uppercase, which no permission can be.
 * Length and depth are bounded, so neither reading nor answering a query can be made expensive.
 */
export function parseQuery(text: string): ParsedQuery {
  if (text.length > QUERY_LENGTH_MAX) {
    return { error: `A query has at most ${QUERY_LENGTH_MAX} characters.`, position: QUERY_LENGTH_MAX };
  }
  const reader = new QueryReader(text);
  const parsed = reader.any(0);
  if ('query' in parsed && reader.next !== undefined) {
    return { error: 'Expected AND, OR or the end of the query.', position: reader.position };
  }
  return parsed;
}

/**
 * The shortest text that `parseQuery` reads as the same query, so that what it took once it takes again; undefined for a
 * query that asks for nothing. Throws RangeError for `any` of nothing: nobody satisfies it, and no text says so.
 */
export function formatQuery(query: PermissionQuery): string | undefined {
  const needed = simplified(query);
  return needed && print(needed).replace(/(?<=\)) | (?=\()/g, '');
}

/** The same demand without lists of fewer than two. */
function simplified(query: PermissionQuery): PermissionQuery | undefined {
  if (query.kind === 'permission') return query;
  const { kind } = query;
  const of = query.of.map(simplified).filter((part) => part !== undefined);
  // Where a part asks for nothing, all of them ask for the others, and any of them for nothing.
  if (kind === 'any' && query.of.length === 0) throw new RangeError('Any of no permissions cannot be satisfied.');
  if (kind === 'any' && of.length < query.of.length) return undefined;
  return of.length > 1 ? { kind, of } : of[0];
}

function print(query: PermissionQuery): string {
  if (query.kind === 'permission') return query.permission;
  const isBare = (part: PermissionQuery) => part.kind === 'permission' || (part.kind === 'all' && query.kind === 'any');
  const parts = query.of.map((part) => (isBare(part) ? print(part) : `(${print(part)})`));
  return parts.join(query.kind === 'all' ? ' AND ' : ' OR ');
}

/** A recursive descent: one method a rule of the grammar, each leaving the reader after what it has read. */
class QueryReader {
  private readonly tokens: RegExpExecArray[];
  private at = 0;

  constructor(private readonly text: string) {
    this.tokens = [...text.matchAll(/[()]|[^()\s]+/g)];
  }

  get next(): string | undefined {
    return this.tokens[this.at]?.[0];
  }

  get position(): number {
    return this.tokens[this.at]?.index ?? this.text.length;
  }

  any(depth: number): ParsedQuery {
    return this.joined('any', 'OR', () => this.all(depth));
  }

  private all(depth: number): ParsedQuery {
    return this.joined('all', 'AND', () => this.part(depth));
  }

  private joined(kind: 'all' | 'any', keyword: string, read: () => ParsedQuery): ParsedQuery {
    const parts: PermissionQuery[] = [];
    do {
      const part = read();
      if ('error' in part) return part;
      parts.push(part.query);
    } while (this.take(keyword));
    const [only] = parts;
    return { query: only !== undefined && parts.length === 1 ? only : { kind, of: parts } };
  }

  private part(depth: number): ParsedQuery {
    const { next, position } = this;
    if (this.take('(')) return depth < QUERY_DEPTH_MAX ? this.group(depth + 1, position) : tooDeep(position);
    if (next === undefined || !isPermission(next)) return { error: 'Expected a permission or "(".', position };
    this.at++;
    return { query: { kind: 'permission', permission: next } };
  }

  private group(depth: number, openedAt: number): ParsedQuery {
    const inner = this.any(depth);
    if ('error' in inner || this.take(')')) return inner;
    return { error: `Expected AND, OR or the ")" for position ${openedAt}.`, position: this.position };
  }

  private take(token: string): boolean {
    if (this.next !== token) return false;
    this.at++;
    return true;
  }
}

function tooDeep(position: number): ParsedQuery {
  return { error: `Parentheses nest at most ${QUERY_DEPTH_MAX} deep.`, position };
}
