import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AuditLog } from '../audit/audit-log.js';
import { inTransaction } from '../database/transaction.js';
import { workThrough, type JobResult } from '../jobs/job.js';
import { Jobs } from '../jobs/jobs.js';

const MINUTE_MS = 60_000;

/**
 * Tells when a rotation is over because the grace of the old secret has passed. Verification refuses that secret from
 * the moment itself, whether or not anybody has told yet.
 */
@Injectable()
export class GraceJob implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly dataSource: DataSource,
    private readonly audit: AuditLog,
  ) {}

  onModuleInit(): void {
    this.jobs.add({ name: 'end_grace_periods', everyMs: MINUTE_MS, run: (now) => this.end(now) });
  }

  private end(now: number): Promise<JobResult> {
    return workThrough<EndedGrace>({
      read: (limit, except) => this.dataSource.query(DUE, [new Date(now), limit, except]),
      idOf: ({ id }) => id,
      nameOf: ({ key_id: id }) => `key ${id}`,
      settle: (ended) => this.tell(ended),
    });
  }

  private tell({
    id,
    key_id: apiKeyId,
    owner_id: userId,
    version,
    retired_at: retiredAt,
  }: EndedGrace): Promise<boolean> {
    return inTransaction(this.dataSource, async (manager) => {
      const [, told] = await manager.query<[unknown, number]>(TELL, [id]);
      if (told === 0) return false;
      const metadata = { secret_version: version, grace_period_ended_at: retiredAt };
      await this.audit.record(manager, { action: 'key_rotation_completed', origin: null, userId, apiKeyId, metadata });
      return true;
    });
  }
}

interface EndedGrace {
  readonly id: string;
  readonly key_id: string;
  readonly owner_id: string;
  readonly version: number;
  readonly retired_at: Date;
}

/** $1 now, $2 how many, $3 without which. */
const DUE = `
  SELECT s.id, s.key_id, s.version, s.retired_at, k.owner_id
  FROM api_key_secrets s JOIN api_keys k ON k.id = s.key_id
  WHERE NOT s.is_retirement_told AND s.retired_at <= $1 AND k.state <> 'revoked'
    AND s.id <> ALL ($3::uuid[])
  ORDER BY s.retired_at LIMIT $2`;

/** $1 the secret. */
const TELL = `UPDATE api_key_secrets SET is_retirement_told = true WHERE id = $1 AND NOT is_retirement_told`;
