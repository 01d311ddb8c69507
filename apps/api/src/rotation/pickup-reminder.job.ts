import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { remindersOwed } from '#domain';
import { AuditLog } from '../audit/audit-log.js';
import { inTransaction } from '../database/transaction.js';
import { EventOutbox } from '../events/event-outbox.js';
import { workThrough, type JobResult } from '../jobs/job.js';
import { Jobs } from '../jobs/jobs.js';
import { ApiKeyStore } from '../keys/api-key-store.js';
import { keyPayload } from '../keys/key-payload.js';

const MINUTE_MS = 60_000;

/**
 * Reminds owners of a new secret that nobody has picked up: while there is still time, and when the secret before has
 * stopped and nobody can use the key. Each reminder is given once.
 */
@Injectable()
export class PickupReminderJob implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly dataSource: DataSource,
    private readonly keys: ApiKeyStore,
    private readonly audit: AuditLog,
    private readonly events: EventOutbox,
  ) {}

  onModuleInit(): void {
    this.jobs.add({ name: 'remind_of_pickups', everyMs: MINUTE_MS, run: (now) => this.remindAll(now) });
  }

  private remindAll(now: number): Promise<JobResult> {
    return workThrough<Unclaimed>({
      read: (limit, except) => this.dataSource.query(DUE, [new Date(now), limit, except]),
      idOf: ({ id }) => id,
      nameOf: ({ key_id: id }) => `key ${id}`,
      settle: (unclaimed) => this.remind(unclaimed, now),
    });
  }

  private remind({ id, key_id: keyId, since, grace_ends_at: end }: Unclaimed, now: number): Promise<boolean> {
    const owed = remindersOwed({ since: since.getTime(), graceEndsAt: end.getTime() }, now);
    return inTransaction(this.dataSource, async (manager) => {
      const [, counted] = await manager.query<[unknown, number]>(COUNT, [id, owed]);
      if (counted === 0) return false;
      const record = await this.keys.findIn(manager, keyId);
      const { ownerId } = record.key;
      await this.events.emit(manager, {
        type: 'key.rotated',
        ownerId,
        data: { ...keyPayload(record), grace_period_ends_at: end, pickup: { id, is_reminder: true } },
      });
      await this.audit.record(manager, {
        action: 'key_pickup_reminder',
        origin: null,
        userId: ownerId,
        apiKeyId: keyId,
        metadata: { waiting_since: since, grace_period_ends_at: end },
      });
      return true;
    });
  }
}

interface Unclaimed {
  /** Of the secret that waits. */
  readonly id: string;
  readonly key_id: string;
  readonly since: Date;
  readonly grace_ends_at: Date;
}

/** $1 now, $2 how many, $3 without which. A key that cannot be used anyway needs no reminder. */
const DUE = `
  SELECT w.id, w.key_id, w.created_at AS since, grace.ends_at AS grace_ends_at
  FROM waiting_secrets w JOIN api_keys k ON k.id = w.key_id
  CROSS JOIN LATERAL (SELECT max(s.retired_at) AS ends_at FROM api_key_secrets s WHERE s.key_id = k.id) grace
  WHERE w.reminders_given < 2 AND k.state = 'active' AND (k.expires_at IS NULL OR k.expires_at > $1)
    AND w.id <> ALL ($3::uuid[]) AND (grace.ends_at <= $1 OR (w.reminders_given < 1 AND w.created_at + (grace.ends_at - w.created_at) / 2 <= $1))
  ORDER BY grace.ends_at LIMIT $2`;

/** $1 the secret, $2 the reminders it is owed by now. */
const COUNT = `UPDATE waiting_secrets SET reminders_given = $2 WHERE id = $1 AND reminders_given < $2`;
