import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, IsNull, MoreThan } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Clock } from '#domain';
import { Config } from '../../config/config.js';
import { Encryption } from '../../encryption/encryption.js';
import { SEALED_COLUMNS } from '../../encryption/sealed-columns.js';
import { CONFIGURED_ENDPOINT_ID } from './webhook-endpoint.entity.js';
import { WebhookSecret } from './webhook-secret.entity.js';

/** As long as the digest of the HMAC: more would add nothing. The standard asks for 24 to 64. */
const SECRET_BYTES = 32;

/** What messages are signed with. Stored sealed, and shown once: when it is made. */
@Injectable()
export class EndpointSecrets {
  constructor(
    private readonly dataSource: DataSource,
    private readonly encryption: Encryption,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /** Gives an endpoint that has no current secret a new one, and answers it. */
  async issue(manager: EntityManager, endpointId: string): Promise<string> {
    const id = uuidv7();
    const secret = `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
    await manager.insert(WebhookSecret, {
      id,
      endpointId,
      sealed: this.encryption.seal(SEALED_COLUMNS.webhookSecret, id, secret),
      createdAt: new Date(this.clock.now()),
      retiredAt: null,
    });
    return secret;
  }

  /** Replaces the secret. The one before signs too until `graceEndsAt`; those before that stop now. */
  async replace(manager: EntityManager, endpointId: string, graceEndsAt: Date): Promise<string> {
    const now = new Date(this.clock.now());
    await manager.update(WebhookSecret, { endpointId, retiredAt: MoreThan(now) }, { retiredAt: now });
    await manager.update(WebhookSecret, { endpointId, retiredAt: IsNull() }, { retiredAt: graceEndsAt });
    return this.issue(manager, endpointId);
  }

  /** Every secret that signs now, the current one first. */
  async live(endpointId: string): Promise<readonly string[]> {
    if (endpointId === CONFIGURED_ENDPOINT_ID) return this.config.webhooks.configured?.secrets ?? [];
    const rows = await this.liveRows([endpointId]);
    return rows.map(({ id, sealed }) => this.encryption.open(SEALED_COLUMNS.webhookSecret, id, sealed));
  }

  /** Until when a secret that was replaced still signs, by endpoint. */
  async graceEnds(endpointIds: readonly string[]): Promise<ReadonlyMap<string, Date>> {
    const rows = await this.liveRows(endpointIds);
    return new Map(rows.flatMap(({ endpointId, retiredAt }) => (retiredAt ? [[endpointId, retiredAt] as const] : [])));
  }

  private liveRows(endpointIds: readonly string[]): Promise<WebhookSecret[]> {
    const now = new Date(this.clock.now());
    return this.dataSource.manager
      .createQueryBuilder(WebhookSecret, 'secret')
      .where('secret.endpointId = ANY (:endpointIds)', { endpointIds })
      .andWhere('(secret.retiredAt IS NULL OR secret.retiredAt > :now)', { now })
      .orderBy('secret.retiredAt', 'DESC', 'NULLS FIRST')
      .getMany();
  }
}
