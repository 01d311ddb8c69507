import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { PlaintextKey } from '#domain';
import { Encryption } from '../encryption/encryption.js';
import { SEALED_COLUMNS } from '../encryption/sealed-columns.js';
import type { ApiKeySecret } from './api-key-secret.entity.js';
import { WaitingSecret } from './waiting-secret.entity.js';

/** What a token looks like: 256 random bits, recognisable to scanners, and no key. */
export const PICKUP_TOKEN = /^pickup_[A-Za-z0-9_-]{43}$/;

const COLUMN = SEALED_COLUMNS.waitingSecret;
const TOKEN_BYTES = 32;

/** Secrets that wait for their one pick-up, sealed together with the token that allows it. */
@Injectable()
export class WaitingSecrets {
  constructor(
    private readonly dataSource: DataSource,
    private readonly encryption: Encryption,
  ) {}

  /** In the transaction that makes the secret the current one of its key. */
  async keep(manager: EntityManager, { id, keyId, createdAt }: ApiKeySecret, secret: PlaintextKey): Promise<void> {
    const token = `pickup_${randomBytes(TOKEN_BYTES).toString('base64url')}`;
    const contents: Contents = { api_key: secret.reveal(), token };
    await manager.insert(WaitingSecret, {
      id,
      keyId,
      tokenDigest: digestOfToken(token),
      sealed: this.encryption.seal(COLUMN, id, JSON.stringify(contents)),
      createdAt,
    });
  }

  /** The key whose secret a token picks up; undefined when nothing waits for it, or its owner was deactivated. */
  async keyOf(token: string): Promise<string | undefined> {
    const [row] = await this.dataSource.query<{ key_id: string }[]>(FIND_BY_TOKEN, [digestOfToken(token)]);
    return row?.key_id;
  }

  /**
   * Takes the waiting secret of a key away. Of any number of takers one gets it; the others get undefined.
   * @param token when given, only what this token picks up.
   */
  async take(manager: EntityManager, keyId: string, token?: string): Promise<PlaintextKey | undefined> {
    const digest = token === undefined ? null : digestOfToken(token);
    const [[row]] = await manager.query<[{ id: string; sealed: Buffer }[], number]>(TAKE, [keyId, digest]);
    return row && new PlaintextKey(this.open(row).api_key);
  }

  /** The token for the owner of the secret with this id, to be sent and not to be kept; undefined: nothing waits. */
  async tokenOf(id: string): Promise<string | undefined> {
    const row = await this.dataSource.manager.findOneBy(WaitingSecret, { id });
    return row ? this.open(row).token : undefined;
  }

  private open({ id, sealed }: Pick<WaitingSecret, 'id' | 'sealed'>): Contents {
    return JSON.parse(this.encryption.open(COLUMN, id, sealed)) as Contents;
  }
}

interface Contents {
  readonly api_key: string;
  readonly token: string;
}

/** Destroys the waiting secret of a key, if there is one: nobody will ever know it. */
export async function discardWaiting(manager: EntityManager, keyId: string): Promise<void> {
  await manager.delete(WaitingSecret, { keyId });
}

function digestOfToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** $1 the digest of the token. */
const FIND_BY_TOKEN = `
  SELECT w.key_id FROM waiting_secrets w
  JOIN api_keys k ON k.id = w.key_id JOIN users u ON u.id = k.owner_id
  WHERE w.token_digest = $1 AND u.is_active`;

/** $1 the key, $2 the digest of the token, or null for whichever. */
const TAKE = `
  DELETE FROM waiting_secrets WHERE key_id = $1 AND ($2::bytea IS NULL OR token_digest = $2)
  RETURNING id, sealed`;
