import { randomInt, randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, IsNull } from 'typeorm';
import { Clock, nextTry, type RetryPolicy } from '#domain';
import { AuditLog } from '../../audit/audit-log.js';
import { Config } from '../../config/config.js';
import { inTransaction } from '../../database/transaction.js';
import { CLAIM_DUE, CLAIM_ONE } from './claim.sql.js';
import { WebhookEndpoint } from '../endpoints/webhook-endpoint.entity.js';
import { WebhookDelivery } from './webhook-delivery.entity.js';
import { retryAfterMs } from '../sending/retry-after.js';
import type { SendingResult } from '../sending/webhook-sender.js';

/** A delivery that this process, and no other, is to attempt now. */
export interface ClaimedDelivery {
  readonly id: string;
  readonly leaseId: string;
  readonly endpointId: string;
  readonly ownerId: string | null;
  readonly url: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly subjectId: string | null;
  readonly occurredAt: Date;
  readonly data: object;
  /** Whether a secret that the event tells of may be picked up by its receiver. */
  readonly receivesPickup: boolean;
  /** This one included. */
  readonly attempts: number;
  readonly giveUpAt: Date;
}

/** Which deliveries to claim. */
export interface Claim {
  /** Endpoints that have enough to do. */
  readonly except: readonly string[];
  /** Only these endpoints. */
  readonly among?: readonly string[];
  readonly endpointsMax: number;
  readonly eachMax: number;
}

/** For everything in an attempt but the sending itself. */
const LEASE_MARGIN_MS = 10_000;

const POLICY: RetryPolicy = { firstMs: 20_000, factor: 4, mostMs: 4 * 3_600_000 };
const RESOLUTION = 2 ** 32;

/**
 * The deliveries that are due. Each is claimed by one statement, which skips what others are claiming, and belongs to
 * its claimant until the lease ends; whoever comes back after that finds the lease taken and changes nothing. No
 * transaction and no connection is held while an endpoint is being talked to.
 */
@Injectable()
export class DeliveryQueue {
  constructor(
    private readonly dataSource: DataSource,
    private readonly audit: AuditLog,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /** Longer than any attempt takes: one whose process died is made again after it, and one that is slow is not. */
  get leaseMs(): number {
    return 2 * this.config.webhooks.timeoutMs + LEASE_MARGIN_MS;
  }

  /** Claims what is due, the longest overdue endpoints first; of each subject only the first that is pending. */
  async claim({ except, among, endpointsMax, eachMax }: Claim): Promise<ClaimedDelivery[]> {
    const now = this.clock.now();
    const lease = [randomUUID(), new Date(now), new Date(now + this.leaseMs)];
    const parameters = [...lease, except, endpointsMax, eachMax, among ?? null];
    const [rows] = await this.dataSource.query<[ClaimedDelivery[], number]>(CLAIM_DUE, parameters);
    return rows;
  }

  /** Claims one delivery, due or not, that nobody is attempting. Undefined: somebody is, or it is over. */
  async claimOne(id: string): Promise<ClaimedDelivery | undefined> {
    const now = this.clock.now();
    const parameters = [randomUUID(), new Date(now), new Date(now + this.leaseMs), id];
    const [[claimed]] = await this.dataSource.query<[ClaimedDelivery[], number]>(CLAIM_ONE, parameters);
    return claimed;
  }

  /** Writes down how an attempt ended, with its audit entry if that was the end. False: the lease was lost. */
  settle(delivery: ClaimedDelivery, result: SendingResult): Promise<boolean> {
    const now = this.clock.now();
    const next = nextState(delivery, result, now, randomInt(RESOLUTION) / RESOLUTION);
    return inTransaction(this.dataSource, async (manager) => {
      const { affected } = await manager.update(
        WebhookDelivery,
        { id: delivery.id, state: 'pending', leaseId: delivery.leaseId },
        {
          ...next,
          leaseId: null,
          responseStatus: 'status' in result ? result.status : null,
          failure: 'failure' in result ? result.failure : null,
          settledAt: next.state === 'pending' ? null : new Date(now),
        },
      );
      if (affected !== 1) return false;
      if (isGone(result)) await this.disable(manager, delivery, now);
      if (next.state !== 'pending') await this.record(manager, delivery, result, next.state);
      return true;
    });
  }

  /** Nothing more goes to an endpoint that is gone, and what waits for it is given up. Once: others may be told the same. */
  private async disable(manager: EntityManager, delivery: ClaimedDelivery, now: number): Promise<void> {
    const at = new Date(now);
    const isTold = { id: delivery.endpointId, disabledAt: IsNull() };
    const { affected } = await manager.update(WebhookEndpoint, isTold, { disabledAt: at });
    if (affected !== 1) return;
    const waiting = { endpointId: delivery.endpointId, state: 'pending' as const };
    const over = { state: 'dead_lettered' as const, leaseId: null, settledAt: at };
    const { affected: givenUp } = await manager.update(WebhookDelivery, waiting, over);
    await this.audit.record(manager, {
      action: 'webhook_disabled',
      origin: null,
      userId: delivery.ownerId,
      errorMessage: 'the endpoint answered 410 Gone',
      metadata: { endpoint_id: delivery.endpointId, delivery_id: delivery.id, given_up: givenUp ?? 0 },
    });
  }

  private record(
    manager: EntityManager,
    delivery: ClaimedDelivery,
    result: SendingResult,
    state: 'delivered' | 'dead_lettered',
  ): Promise<void> {
    return this.audit.record(manager, {
      action: state === 'delivered' ? 'webhook_delivered' : 'webhook_failed',
      origin: null,
      userId: delivery.ownerId,
      apiKeyId: delivery.eventType.startsWith('key.') ? delivery.subjectId : null,
      ...(state === 'dead_lettered' && { errorMessage: 'failure' in result ? result.failure : 'not accepted' }),
      metadata: {
        endpoint_id: delivery.endpointId,
        delivery_id: delivery.id,
        event_id: delivery.eventId,
        event_type: delivery.eventType,
        attempts: delivery.attempts,
        ...('status' in result && { response_status: result.status }),
      },
    });
  }
}

/** Who answers so wants nothing more to be sent, as the Standard Webhooks have it. */
function isGone(result: SendingResult): boolean {
  return 'status' in result && result.status === 410;
}

/** Any 2xx. */
export function isTaken(result: SendingResult): boolean {
  return 'status' in result && result.status >= 200 && result.status < 300;
}

function nextState({ attempts, giveUpAt }: ClaimedDelivery, result: SendingResult, now: number, chance: number) {
  if (isTaken(result)) return { state: 'delivered' as const };
  if (isGone(result)) return { state: 'dead_lettered' as const };
  const at = nextTry(POLICY, attempts, giveUpAt.getTime(), now, chance);
  if (at === undefined) return { state: 'dead_lettered' as const };
  const asked = now + Math.min(retryAfterMs('status' in result ? result.retryAfter : undefined, now), POLICY.mostMs);
  return { state: 'pending' as const, nextAttemptAt: new Date(Math.min(Math.max(at, asked), giveUpAt.getTime())) };
}
