import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { noteSigner, type NoteSigner, type NoteVerifier } from '#domain';
import { Encryption } from '../encryption/encryption.js';
import { SEALED_COLUMNS } from '../encryption/sealed-columns.js';
import type { Asks } from './tree-reader.js';

/** Signs for the log of this database. Its key was made once and is sealed there; nobody ever sees it. */
@Injectable()
export class LogSigner {
  #signer: Promise<NoteSigner> | null = null;

  constructor(
    private readonly dataSource: DataSource,
    private readonly encryption: Encryption,
  ) {}

  get(): Promise<NoteSigner> {
    return this.in(this.dataSource);
  }

  /** For whoever is inside of a transaction, and must ask nobody else. */
  in(asks: Asks): Promise<NoteSigner> {
    this.#signer ??= readSigner(asks, this.encryption).catch((error: unknown) => {
      this.#signer = null;
      throw error;
    });
    return this.#signer;
  }

  async verifier(): Promise<NoteVerifier> {
    return (await this.get()).verifier;
  }
}

/** @throws Error when the key is gone, or is not what was sealed there. */
export async function readSigner(asks: Asks, encryption: Pick<Encryption, 'open'>): Promise<NoteSigner> {
  const [row] = (await asks.query('SELECT id, signing_key FROM audit_tree')) as {
    id: string;
    signing_key: Buffer | null;
  }[];
  if (!row?.signing_key) throw new Error('The log has no key to sign checkpoints with');
  const seed = encryption.open(SEALED_COLUMNS.logSigningKey, row.id, row.signing_key);
  return noteSigner(originOf(row.id), Buffer.from(seed, 'base64'));
}

/** The origin of checkpoints, and the name of the key: no two databases share one. */
export function originOf(id: string): string {
  return `akm/${id}`;
}
