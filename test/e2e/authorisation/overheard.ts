import type { DataSource } from 'typeorm';

/** Names that only columns have. What is answered bears others; the digest of a week is no text. */
const COLUMNS = /"(?:password(?:_hash)?|\w*hash|sealed\w*)"\s*:|"digest"\s*:\s*"/i;
const SHORTEST_BYTES = 16;
/** Characters by which secrets are looked up. */
const START = 12;

type Secret = readonly [what: string, text: string];

/** Everything that the API has answered, to be searched for what it must never say. */
export class Overheard {
  private readonly texts: string[] = [];
  private readonly credentials = new Set<string>();

  /** @param credential what the caller showed: no answer repeats it. */
  add(text: string, credential: string | undefined): void {
    this.texts.push(text);
    if (credential !== undefined) this.credentials.add(credential);
  }

  /** Names and values from inside that have come out: one line each, without the value. */
  async leaks(dataSource: DataSource): Promise<string[]> {
    const all = this.texts.join('\n');
    const name = COLUMNS.exec(all)?.[0];
    const secrets = [
      ...[...this.credentials].map((text): Secret => ['a credential', text]),
      ...(await atRest(dataSource)),
    ];
    return [...(name === undefined ? [] : [`a property ${name}`]), ...new Set(occurring(secrets, all))];
  }
}

/** What of `secrets` occurs in `all`. Tens of thousands of secrets, each looked for by itself, would take minutes. */
function occurring(secrets: readonly Secret[], all: string): string[] {
  const byStart = new Map<string, Secret[]>();
  const short: Secret[] = [];
  for (const secret of secrets) {
    const start = secret[1].slice(0, START);
    const alike = start.length < START ? short : (byStart.get(start) ?? []);
    alike.push(secret);
    if (alike !== short) byStart.set(start, alike);
  }
  const found = short.filter(([, text]) => all.includes(text));
  for (let at = 0; at < all.length; at++) {
    const candidates = byStart.get(all.slice(at, at + START)) ?? [];
    found.push(...candidates.filter(([, text]) => all.startsWith(text, at)));
  }
  return found.map(([what]) => what);
}

/** Every binary value in the database, digests and sealed texts all of them, and every hash of a password. */
async function atRest(dataSource: DataSource): Promise<Secret[]> {
  const columns = await dataSource.query<{ table_name: string; column_name: string; data_type: string }[]>(
    `SELECT table_name, column_name, data_type FROM information_schema.columns
     WHERE table_schema = 'public' AND (data_type = 'bytea' OR column_name = 'password_hash')`,
  );
  const found: Secret[] = [];
  for (const { table_name: table, column_name: column } of columns) {
    const rows = await dataSource.query<{ value: Buffer | string }[]>(
      `SELECT DISTINCT ${column} AS value FROM ${table} WHERE ${column} IS NOT NULL`,
    );
    for (const { value } of rows) for (const text of spellings(value)) found.push([`${table}.${column}`, text]);
  }
  return found;
}

function spellings(value: Buffer | string): string[] {
  if (typeof value === 'string') return [value];
  const bytes = Buffer.from(value);
  if (bytes.length < SHORTEST_BYTES) return [];
  return [bytes.toString('hex'), bytes.toString('base64').replace(/=+$/, ''), bytes.toString('base64url')];
}
