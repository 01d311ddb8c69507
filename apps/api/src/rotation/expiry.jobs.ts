import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { warningDue } from '#domain';
import { AuditLog } from '../audit/audit-log.js';
import { Config } from '../config/config.js';
import { inTransaction } from '../database/transaction.js';
import { EventOutbox } from '../events/event-outbox.js';
import { workThrough, type JobResult } from '../jobs/job.js';
import { Jobs } from '../jobs/jobs.js';
import { ApiKeyStore } from '../keys/api-key-store.js';
import { ApiKey } from '../keys/api-key.entity.js';
import { keyPayload } from '../keys/key-payload.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/**
 * Tells of expiry: beforehand, and when it has come. Verification needs none of it, since it compares the time itself;
 * what is told is told once for each expiry a key was given, however many instances look.
 */
@Injectable()
export class ExpiryJobs implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly dataSource: DataSource,
    private readonly keys: ApiKeyStore,
    private readonly audit: AuditLog,
    private readonly events: EventOutbox,
    private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.jobs.add({ name: 'warn_of_expiry', everyMs: 10 * MINUTE_MS, run: (now) => this.warn(now) });
    this.jobs.add({ name: 'expire_keys', everyMs: MINUTE_MS, run: (now) => this.expire(now) });
  }

  private warn(now: number): Promise<JobResult> {
    const { warningDays } = this.config.keys;
    const horizon = new Date(now + Math.max(...warningDays) * DAY_MS);
    return workThrough<DueWarning>({
      read: (limit, except) =>
        this.dataSource.query(DUE_WARNINGS, [new Date(now), horizon, warningDays, limit, except]),
      idOf: ({ id }) => id,
      nameOf: ({ id }) => `key ${id}`,
      settle: (key) => this.warnOf(key, now),
    });
  }

  private warnOf({ id, expires_at: expiresAt, created_at: createdAt }: DueWarning, now: number): Promise<boolean> {
    const life = { expiresAt: expiresAt.getTime(), createdAt: createdAt.getTime() };
    const daysBefore = warningDue(life, this.config.keys.warningDays, now);
    if (daysBefore === null) return Promise.resolve(false);
    return inTransaction(this.dataSource, async (manager) => {
      const given = await manager.query<unknown[]>(GIVE_WARNING, [id, expiresAt, daysBefore, new Date(now)]);
      if (given.length === 0) return false;
      const record = await this.keys.findIn(manager, id);
      const data = { ...keyPayload(record), expires_at: expiresAt, days_left: daysBefore };
      await this.events.emit(manager, { type: 'key.expiring', ownerId: record.key.ownerId, data });
      await this.tell(manager, 'key_expiry_warning', record.key, { expires_at: expiresAt, days_left: daysBefore });
      return true;
    });
  }

  private expire(now: number): Promise<JobResult> {
    return workThrough<{ id: string }>({
      read: (limit, except) => this.dataSource.query(DUE_EXPIRIES, [new Date(now), limit, except]),
      idOf: ({ id }) => id,
      nameOf: ({ id }) => `key ${id}`,
      settle: ({ id }) => this.expireKey(id, new Date(now)),
    });
  }

  private expireKey(id: string, now: Date): Promise<boolean> {
    return inTransaction(this.dataSource, async (manager) => {
      const [, told] = await manager.query<[unknown, number]>(TELL_EXPIRY, [id, now]);
      if (told === 0) return false;
      const record = await this.keys.findIn(manager, id);
      const expiresAt = record.key.expiresAt ?? now;
      const data = { ...keyPayload(record), expires_at: expiresAt };
      await this.events.emit(manager, { type: 'key.expired', ownerId: record.key.ownerId, data });
      await this.tell(manager, 'key_auto_expired', record.key, { expires_at: expiresAt });
      return true;
    });
  }

  private tell(
    manager: EntityManager,
    action: 'key_expiry_warning' | 'key_auto_expired',
    key: ApiKey,
    metadata: Record<string, unknown>,
  ): Promise<void> {
    return this.audit.record(manager, { action, origin: null, userId: key.ownerId, apiKeyId: key.id, metadata });
  }
}

interface DueWarning {
  readonly id: string;
  readonly expires_at: Date;
  readonly created_at: Date;
}

/** $1 now, $2 the farthest expiry worth a warning, $3 the days, $4 how many, $5 without which. The nearest expiry comes first. */
const DUE_WARNINGS = `
  SELECT k.id, k.expires_at, k.created_at FROM api_keys k
  CROSS JOIN LATERAL (
    SELECT min(day) AS nearest FROM unnest($3::int[]) AS day
    WHERE k.expires_at - day * interval '24 hours' <= $1 AND k.expires_at - day * interval '24 hours' > k.created_at
  ) due
  WHERE k.state = 'active' AND k.expires_at > $1 AND k.expires_at <= $2 AND due.nearest IS NOT NULL
    AND k.id <> ALL ($5::uuid[]) AND NOT EXISTS (SELECT FROM expiry_warnings w
      WHERE w.key_id = k.id AND w.expires_at = k.expires_at AND w.days_before = due.nearest)
  ORDER BY k.expires_at LIMIT $4`;

/** $1 the key, $2 its expiry, $3 the days before it, $4 now. Answers no row when somebody has given it. */
const GIVE_WARNING = `
  INSERT INTO expiry_warnings (key_id, expires_at, days_before, warned_at) VALUES ($1, $2, $3, $4)
  ON CONFLICT DO NOTHING RETURNING days_before`;

/** $1 now, $2 how many, $3 without which. */
const DUE_EXPIRIES = `
  SELECT id FROM api_keys
  WHERE state = 'active' AND expires_at <= $1 AND expiry_told_for IS DISTINCT FROM expires_at
    AND id <> ALL ($3::uuid[])
  ORDER BY expires_at LIMIT $2`;

/** $1 the key, $2 now. */
const TELL_EXPIRY = `
  UPDATE api_keys SET expiry_told_for = expires_at
  WHERE id = $1 AND state = 'active' AND expires_at <= $2 AND expiry_told_for IS DISTINCT FROM expires_at`;
