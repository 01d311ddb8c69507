import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, type SelectQueryBuilder } from 'typeorm';
import { Clock, covers } from '#domain';
import { problem } from '#problems';
import type { Principal } from '../access/principal.js';
import type { AuditAction } from '../audit/audit-action.js';
import { AuditLog } from '../audit/audit-log.js';
import { inTransaction } from '../database/transaction.js';
import type { RequestOrigin } from '../http/request-origin.js';
import { AnomalyMute } from './anomaly-mute.entity.js';
import { Anomaly } from './anomaly.entity.js';
import type { AnomalyCursor } from './anomaly-cursor.js';
import type { ListAnomaliesDto } from './list-anomalies.dto.js';
import { NO_KEY } from './watched-keys.js';

/** Who has something to say about an anomaly. */
export interface AnomalyRequest {
  readonly caller: Principal;
  readonly origin: RequestOrigin;
  readonly id: string;
}

type Filter = Pick<ListAnomaliesDto, 'api_key_id' | 'type' | 'severity' | 'resolved' | 'from' | 'to'>;

const DAY_MS = 86_400_000;

/** What was found, for its owner and for admins, and what they say to it. */
@Injectable()
export class AnomaliesService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  /** One page, newest first, and how many there are. */
  page(caller: Principal, filter: Filter, take: number, skip: number): Promise<[Anomaly[], number]> {
    return this.found(caller, filter).take(take).skip(skip).getManyAndCount();
  }

  /** What comes behind the cursor, newest first. */
  behind(caller: Principal, filter: Filter, cursor: AnomalyCursor | undefined, take: number): Promise<Anomaly[]> {
    const found = this.found(caller, filter).take(take);
    if (cursor) found.andWhere('(anomaly.created_at, anomaly.id) < (:createdAt, :id)', cursor);
    return found.getMany();
  }

  /** @throws Problem NOT_FOUND for one that is not there, or is about somebody else's key. */
  async get(caller: Principal, id: string): Promise<Anomaly> {
    return visible(caller, await this.dataSource.manager.findOneBy(Anomaly, { id }));
  }

  /** There is nothing left to do about it. */
  resolve(request: AnomalyRequest): Promise<Anomaly> {
    return this.change(request, 'anomaly_resolved', (anomaly, now) => {
      anomaly.resolvedAt ??= now;
      return Promise.resolve({});
    });
  }

  /** It was misuse: what the key did that day is no habit, and no reason to be alerted less. */
  confirm(request: AnomalyRequest): Promise<Anomaly> {
    return this.change(request, 'anomaly_confirmed', (anomaly) => {
      anomaly.isConfirmed = true;
      return Promise.resolve({});
    });
  }

  /** It is resolved, and nobody wants to hear of this key for this reason for so many days. */
  mute(request: AnomalyRequest, days: number): Promise<Anomaly> {
    return this.change(request, 'anomaly_muted', async (anomaly, now, manager) => {
      const until = new Date(now.getTime() + days * DAY_MS);
      const [first] = anomaly.evidence;
      anomaly.resolvedAt ??= now;
      if (first) {
        const mute = { keyId: anomaly.keyId ?? NO_KEY, kind: first.kind, until };
        await manager.upsert(AnomalyMute, mute, ['keyId', 'kind']);
      }
      return { until };
    });
  }

  private found(caller: Principal, filter: Filter): SelectQueryBuilder<Anomaly> {
    const { api_key_id: keyId, type, severity, resolved, from, to } = filter;
    const found = this.dataSource.manager.createQueryBuilder(Anomaly, 'anomaly');
    if (!seesAll(caller)) found.andWhere('anomaly.owner_id = :ownerId', { ownerId: caller.userId });
    if (keyId !== undefined) found.andWhere('anomaly.key_id = :keyId', { keyId });
    if (type !== undefined) found.andWhere('anomaly.type = :type', { type });
    if (severity !== undefined) found.andWhere('anomaly.severity = :severity', { severity });
    if (resolved !== undefined) found.andWhere(`anomaly.resolved_at IS ${resolved ? 'NOT ' : ''}NULL`);
    if (from !== undefined) found.andWhere('anomaly.created_at >= :from', { from });
    if (to !== undefined) found.andWhere('anomaly.created_at <= :to', { to });
    return found.orderBy('anomaly.createdAt', 'DESC').addOrderBy('anomaly.id', 'DESC');
  }

  private change(
    { caller, origin, id }: AnomalyRequest,
    action: AuditAction,
    act: (anomaly: Anomaly, now: Date, manager: EntityManager) => Promise<object>,
  ): Promise<Anomaly> {
    return inTransaction(this.dataSource, async (manager) => {
      // Whoever watches may be adding to it.
      const row = await manager.findOne(Anomaly, { where: { id }, lock: { mode: 'pessimistic_write' } });
      const anomaly = visible(caller, row);
      const more = await act(anomaly, new Date(this.clock.now()), manager);
      await manager.update(Anomaly, { id }, { resolvedAt: anomaly.resolvedAt, isConfirmed: anomaly.isConfirmed });
      await this.audit.record(manager, {
        action,
        origin,
        userId: caller.userId,
        apiKeyId: anomaly.keyId,
        statusCode: 200,
        metadata: { anomaly_id: id, anomaly_type: anomaly.type, ...more },
      });
      return anomaly;
    });
  }
}

/** Somebody else's and none at all look the same from outside. */
function visible(caller: Principal, anomaly: Anomaly | null): Anomaly {
  if (anomaly === null || !(anomaly.ownerId === caller.userId || seesAll(caller))) throw problem('NOT_FOUND');
  return anomaly;
}

function seesAll({ scopes }: Principal): boolean {
  return covers(scopes, 'akm:anomalies:all');
}
