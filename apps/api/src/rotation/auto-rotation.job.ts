import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { isRotationDue } from '#domain';
import { Config } from '../config/config.js';
import { workThrough, type JobResult } from '../jobs/job.js';
import { Jobs } from '../jobs/jobs.js';
import { ApiKeyChange, type Change } from '../keys/api-key-change.js';
import type { ApiKeyRecord } from '../keys/api-key.view.js';
import { keyPayload } from '../keys/key-payload.js';
import { nextSecret } from '../keys/next-secret.js';
import { policyOf, rotatingKeyOf } from '../keys/rotation-policy.js';
import { WaitingSecrets } from '../keys/waiting-secrets.js';

const MINUTE_MS = 60_000;

/**
 * Gives keys with a rotation policy their next secret when it is due. Nobody is there to be shown it: it waits, sealed,
 * for whoever picks it up. Whoever changes the key at the same time wins, and the key is looked at again at the next run.
 */
@Injectable()
export class AutoRotationJob implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly dataSource: DataSource,
    private readonly change: ApiKeyChange,
    private readonly waiting: WaitingSecrets,
    private readonly config: Config,
  ) {}

  onModuleInit(): void {
    if (!this.config.keys.isAutoRotationOn) return;
    this.jobs.add({ name: 'rotate_due_keys', everyMs: MINUTE_MS, run: (now) => this.rotateDue(now) });
  }

  private rotateDue(now: number): Promise<JobResult> {
    return workThrough<{ id: string }>({
      read: (limit, except) => this.dataSource.query(DUE, [new Date(now), limit, except]),
      idOf: ({ id }) => id,
      nameOf: ({ id }) => `key ${id}`,
      settle: async ({ id }) => (await this.change.applyDue(id, (...key) => this.decide(...key))) !== undefined,
    });
  }

  private decide(record: ApiKeyRecord, now: number): Change | undefined {
    const policy = policyOf(record.key);
    if (policy === null || !isRotationDue(rotatingKeyOf(record), now)) return undefined;
    const { secret, row, graceEndsAt, put } = nextSecret(record, policy.graceHours, now);
    return {
      action: 'rotate',
      audited: 'key_auto_rotated',
      columns: {},
      also: async (manager) => {
        await put(manager);
        await this.waiting.keep(manager, row, secret);
      },
      metadata: { secret_version: row.version, grace_period_ends_at: graceEndsAt },
      event: (after) => ({
        type: 'key.rotated',
        ownerId: after.key.ownerId,
        data: {
          ...keyPayload(after),
          grace_period_ends_at: graceEndsAt,
          pickup: { id: row.id, is_reminder: false },
        },
      }),
    };
  }
}

/** $1 now, $2 how many, $3 without which. The rule of the domain in SQL; the longest overdue come first. */
const DUE = `
  SELECT k.id FROM api_keys k JOIN api_key_secrets s ON s.key_id = k.id AND s.retired_at IS NULL
  CROSS JOIN LATERAL (SELECT s.created_at + k.rotate_every_days * interval '24 hours' AS at) due
  WHERE k.state = 'active' AND k.rotate_every_days IS NOT NULL AND due.at <= $1
    AND k.id <> ALL ($3::uuid[]) AND (k.expires_at IS NULL OR (k.expires_at > $1 AND k.expires_at > due.at))
  ORDER BY due.at LIMIT $2`;
