import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type MasterKey, masterKeyOf, openEnvelope, type SealContext, sealEnvelope } from '#domain';
import { Config } from '../config/config.js';
import type { SealedColumn } from './sealed-columns.js';

/**
 * Keeps secrets that must be read again: AES-256-GCM under a key that follows from MASTER_ENCRYPTION_KEY, bound to the
 * row and column, so that a value copied elsewhere in the database opens nowhere. Secrets that need only be recognised
 * are digested instead.
 */
@Injectable()
export class Encryption {
  /** The current master key first; the rest only open. */
  readonly keys: readonly [MasterKey, ...MasterKey[]];

  constructor(config: Config) {
    const [current, ...former] = config.secrets.masterEncryption.map(masterKeyOf);
    if (!current) throw new Error('a configuration without a master key was accepted');
    this.keys = [current, ...former];
  }

  /**
   * What to store in the column. It is different each time and 53 bytes longer than the text.
   * @param clientKey a secret that only a client keeps: without it nobody opens the value, not even we.
   */
  seal(column: SealedColumn, rowId: string, text: string, clientKey?: string): Buffer {
    return sealEnvelope(this.keys[0], contextOf(column, rowId, clientKey), Buffer.from(text), randomBytes);
  }

  /** @throws Error when the value was changed or moved, or the key it needs is not configured: never with its content. */
  open(column: SealedColumn, rowId: string, sealed: Buffer, clientKey?: string): string {
    const opened = openEnvelope(this.keys, contextOf(column, rowId, clientKey), sealed);
    if (opened.kind === 'opened') return opened.plaintext.toString();
    const fault =
      opened.kind === 'unknown_key'
        ? `is sealed with the master key ${opened.keyId}, which is not configured`
        : 'is not what was sealed there';
    throw new Error(`${column.table}.${column.column} of ${rowId} ${fault}`);
  }
}

function contextOf({ purpose, table, column }: SealedColumn, rowId: string, clientKey?: string): SealContext {
  return { purpose, place: { table, column, rowId }, clientKey };
}
