import { randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { generateKey, PlaintextKey } from '#domain';
import { Anomaly } from '../../../apps/api/src/anomaly/anomaly.entity.js';
import { AuditEntry } from '../../../apps/api/src/audit/audit-entry.entity.js';
import { Erasure } from '../../../apps/api/src/erasure/erasure.entity.js';
import { ApiKey } from '../../../apps/api/src/keys/api-key.entity.js';
import { ApiKeySecret } from '../../../apps/api/src/keys/api-key-secret.entity.js';
import { ApiKeyLifecycleService } from '../../../apps/api/src/keys/api-key-lifecycle.service.js';
import { ApiKeysService } from '../../../apps/api/src/keys/api-keys.service.js';
import type { CreateApiKeyDto } from '../../../apps/api/src/keys/change-api-key.dto.js';
import { WaitingSecrets } from '../../../apps/api/src/keys/waiting-secrets.js';
import { WebhookDeliveries } from '../../../apps/api/src/webhooks/deliveries/webhook-deliveries.js';
import { WebhookEndpoint } from '../../../apps/api/src/webhooks/endpoints/webhook-endpoint.entity.js';
import { WebhookEndpoints } from '../../../apps/api/src/webhooks/endpoints/webhook-endpoints.js';
import type { TestApp } from '../../support/test-app.js';
import { ORIGIN, People } from './people.js';
import type { Subject } from './rule.js';

export type Ids = Readonly<Record<string, string>>;

/** Makes what requests name, without asking who may. */
export class Subjects {
  private readonly standing = new Map<string, Promise<Ids>>();

  constructor(
    private readonly app: TestApp,
    private readonly people: People,
  ) {}

  /** Always the same one: for requests that leave it as it is. */
  of(ownerId: string, subject: Subject): Promise<Ids> {
    const place = `${subject} of ${ownerId}`;
    const known = this.standing.get(place) ?? this.fresh(ownerId, subject);
    this.standing.set(place, known);
    return known;
  }

  /** One that nobody has touched. A person is their own. */
  async fresh(ownerId: string, subject: Subject): Promise<Ids> {
    switch (subject) {
      case 'key':
        return { id: (await this.key(ownerId)).id };
      case 'secret of a key':
        return { id: (await this.key(ownerId)).secret };
      case 'disabled key':
        return { id: await this.changedKey(ownerId, 'disable') };
      case 'rotating key':
        return { id: await this.changedKey(ownerId, 'rotate') };
      case 'key whose new secret waits':
        return { id: (await this.waiting(ownerId)).keyId };
      case 'session':
        return { id: (await this.people.session(ownerId)).sessionId };
      case 'session of a person':
        return { id: ownerId, sid: (await this.people.session(ownerId)).sessionId };
      case 'person':
        return { id: ownerId };
      case 'person who goes':
        return { id: await this.people.stranger() };
      case 'erased person':
        return { id: await this.erased() };
      case 'entry of the log':
        return { id: await this.logEntry(ownerId) };
      case 'anomaly':
        return { id: (await this.anomaly(ownerId)).id };
      case 'suspension':
        return { id: await this.suspension(ownerId) };
      case 'request with a key':
        return this.request(ownerId);
      case 'webhook':
        return { id: await this.webhook(ownerId) };
      case 'delivery':
        return this.delivery(ownerId);
    }
  }

  /** Ids that name nothing and never did. */
  missing(subject: Subject): Ids {
    if (subject === 'secret of a key') return { id: generateKey('production', randomBytes).reveal() };
    return {
      id: uuidv7(),
      did: uuidv7(),
      sid: uuidv7(),
      request_id: uuidv7(),
      at: new Date(this.app.clock.now()).toISOString(),
    };
  }

  /** Forgets what has been changed meanwhile, so that nothing stands in the way of what comes. */
  async clear(): Promise<void> {
    this.standing.clear();
    // A person may have so many and no more.
    await this.app.dataSource.manager.deleteAll(WebhookEndpoint);
  }

  async key(ownerId: string, dto: Partial<CreateApiKeyDto> = {}): Promise<{ id: string; secret: string }> {
    const { record, secret } = await this.app.nest.get(ApiKeysService).create(People.asAdmin(ownerId), ORIGIN, {
      name: 'staged',
      permissions: ['akm:keys:write'],
      rate_limit_per_minute: 10_000,
      ...dto,
    });
    return { id: record.key.id, secret: secret.reveal() };
  }

  /** A key after one step of its life. */
  async changedKey(ownerId: string, step: 'disable' | 'rotate' | 'revoke'): Promise<string> {
    const { id } = await this.key(ownerId);
    await this.change(ownerId, id, step);
    return id;
  }

  async change(ownerId: string, id: string, step: 'disable' | 'rotate' | 'revoke'): Promise<void> {
    await this.app.nest.get(ApiKeyLifecycleService)[step]({ caller: People.asAdmin(ownerId), origin: ORIGIN, id });
  }

  async waiting(ownerId: string): Promise<{ keyId: string; token: string }> {
    const { id: keyId, secret } = await this.key(ownerId);
    const waiting = this.app.nest.get(WaitingSecrets);
    const { manager } = this.app.dataSource;
    const row = await manager.findOneByOrFail(ApiKeySecret, { keyId });
    await waiting.keep(manager, row, new PlaintextKey(secret));
    return { keyId, token: (await waiting.tokenOf(row.id)) ?? '' };
  }

  private async erased(): Promise<string> {
    const userId = uuidv7();
    await this.app.dataSource.manager.insert(Erasure, { userId, requestedAt: new Date() });
    return userId;
  }

  /** The one that tells of a new key. */
  private async logEntry(ownerId: string): Promise<string> {
    const { id: apiKeyId } = await this.key(ownerId);
    return (await this.app.dataSource.manager.findOneByOrFail(AuditEntry, { apiKeyId })).id;
  }

  private async anomaly(ownerId: string): Promise<{ id: string; keyId: string }> {
    const { id: keyId } = await this.key(ownerId);
    const at = this.app.clock.now();
    const seen = { at, since: at, observed: 30, typical: [0, 1] as [number, number], once: 'never', facts: {} };
    const id = uuidv7();
    await this.app.dataSource.manager.insert(Anomaly, {
      ...{ id, keyId, ownerId, type: 'dormant_key_used', severity: 'high', description: 'Staged.' },
      ...{
        evidence: [{ kind: 'dormant', e: 4, ...seen }],
        actionTaken: 'notified',
        createdAt: new Date(at),
        resolvedAt: null,
      },
    });
    return { id, keyId };
  }

  /** An anomaly because of which its key was suspended. */
  private async suspension(ownerId: string): Promise<string> {
    const { id, keyId } = await this.anomaly(ownerId);
    const now = this.app.clock.now();
    const response = { kind: 'suspended', isDryRun: false, until: now + 86_400_000 } as const;
    const { manager } = this.app.dataSource;
    await manager.update(Anomaly, { id }, { response, respondedAt: new Date(now), actionTaken: 'suspended' });
    await manager.update(ApiKey, { id: keyId }, { state: 'disabled', suspendedBy: id });
    return id;
  }

  /** One by which a key was used: its id says when, by the clock of the machine, and so is told the time besides. */
  private async request(ownerId: string): Promise<Ids> {
    const { id, secret } = await this.key(ownerId);
    const { headers } = await this.app.call('GET', '/api/v1/verify', { key: secret });
    await this.app.ingest();
    return { id, request_id: headers.get('x-request-id') ?? '', at: new Date(this.app.clock.now()).toISOString() };
  }

  private async webhook(ownerId: string): Promise<string> {
    const { endpoint } = await this.app.nest.get(WebhookEndpoints).create(People.asAdmin(ownerId), ORIGIN, {
      url: 'http://127.0.0.1:9/hook',
      events: ['user.locked'],
    });
    return endpoint.id;
  }

  /** One that is over: a ping that nobody heard. */
  private async delivery(ownerId: string): Promise<Ids> {
    const id = await this.webhook(ownerId);
    const caller = People.asAdmin(ownerId);
    const { delivery } = await this.app.nest.get(WebhookDeliveries).ping({ caller, origin: ORIGIN, id });
    return { id, did: delivery.id };
  }
}
