import type { DataSource } from 'typeorm';

/** Names that only columns have. What is answered bears others. */
const COLUMNS = /"(?:password(?:_hash)?|\w*hash|digest|sealed\w*)"\s*:/i;
const SHORTEST_BYTES = 16;

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
      ...[...this.credentials].map((text) => ['a credential', text] as const),
      ...(await atRest(dataSource)),
    ];
    return [
      ...(name === undefined ? [] : [`a property ${name}`]),
      ...new Set(secrets.filter(([, text]) => all.includes(text)).map(([what]) => what)),
    ];
  }
}

/** Every binary value in the database, digests and sealed texts all of them, and every hash of a password. */
async function atRest(dataSource: DataSource): Promise<(readonly [what: string, text: string])[]> {
  const columns = await dataSource.query<{ table_name: string; column_name: string; data_type: string }[]>(
    `SELECT table_name, column_name, data_type FROM information_schema.columns
     WHERE table_schema = 'public' AND (data_type = 'bytea' OR column_name = 'password_hash')`,
  );
  const found: (readonly [string, string])[] = [];
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
