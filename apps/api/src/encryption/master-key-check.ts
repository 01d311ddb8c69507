import { randomBytes } from 'node:crypto';
import type { QueryRunner } from 'typeorm';
import { type Clock, type MasterKey, masterKeyOf, openEnvelope, type SealContext, sealEnvelope } from '#domain';
import { ConfigurationError } from '../config/configuration-error.js';
import { LASTING_COLUMNS, sealingKeyId } from './sealed-columns.js';

/**
 * Decides whether this database may be opened with these master keys; runs in the transaction of the migrations, so
 * that a refusal leaves nothing behind and of instances that start together with different keys one is refused.
 * Every key the database was ever sealed with must be there, until a rotation has freed it of the key.
 *
 * @param secrets the entries of MASTER_ENCRYPTION_KEY, the current one first.
 * @throws ConfigurationError that names keys by their ids.
 */
export function masterKeyCheck(secrets: readonly string[], clock: Clock): (runner: QueryRunner) => Promise<void> {
  const keys = secrets.map(masterKeyOf);
  return async (runner) => {
    const rows = (await runner.query('SELECT id, check_value FROM master_keys ORDER BY id')) as MasterKeyCheckRow[];
    const known = new Set([...rows, ...keys].map(({ id }) => id));
    const unknown = (await sealingKeyIds(runner)).filter((id) => !known.has(id));
    const faults = [...rows.flatMap((row) => faultOf(keys, row) ?? []), ...unknown.map(lacks)];
    if (faults.length > 0) throw new ConfigurationError(faults);
    const [current] = keys;
    if (!current || rows.some(({ id }) => id === current.id)) return;
    await runner.query('INSERT INTO master_keys (id, check_value, created_at) VALUES ($1, $2, $3)', [
      current.id,
      sealEnvelope(current, checkContext(current.id), CHECK_TEXT, randomBytes),
      new Date(clock.now()),
    ]);
  };
}

interface MasterKeyCheckRow {
  readonly id: string;
  readonly check_value: Buffer;
}

const CHECK_TEXT = Buffer.from('akm');

function checkContext(rowId: string): SealContext {
  return { purpose: 'master_key_check', place: { table: 'master_keys', column: 'check_value', rowId } };
}

function faultOf(keys: readonly MasterKey[], { id, check_value }: MasterKeyCheckRow): string | undefined {
  const opened = openEnvelope(keys, checkContext(id), check_value);
  if (opened.kind === 'opened') return undefined;
  if (opened.kind === 'unknown_key') return lacks(opened.keyId);
  return `MASTER_ENCRYPTION_KEY: cannot be checked, the row ${id} of master_keys was changed by hand`;
}

function lacks(id: string): string {
  return (
    `MASTER_ENCRYPTION_KEY: lacks the key with the id ${id}, which values in this database are sealed with. ` +
    'Nothing was written. Put that key back, after the new one and a comma if there is a new one'
  );
}

/** Ids of the keys that values in this database are sealed with, each once. */
async function sealingKeyIds(runner: QueryRunner): Promise<string[]> {
  const idsOf = LASTING_COLUMNS.map(
    (sealed) => `SELECT ${sealingKeyId(sealed)} AS id FROM ${sealed.table} WHERE ${sealed.column} IS NOT NULL`,
  );
  const rows = (await runner.query(`${idsOf.join(' UNION ')} ORDER BY id`)) as { id: string }[];
  return rows.map(({ id }) => id);
}
