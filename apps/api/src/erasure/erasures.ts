import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Clock } from '#domain';
import { inTransaction } from '../database/transaction.js';
import { type JobResult, workThrough } from '../jobs/job.js';
import { Jobs } from '../jobs/jobs.js';
import type { ErasurePart, ErasurePiece, ErasureRequest } from './erasure-part.js';
import { Erasure } from './erasure.entity.js';

const SECOND_MS = 1000;
const EVERY_MS = 15 * SECOND_MS;
/** After so long what was recorded before the request is in the database, unless its process lies still. */
export const ON_ITS_WAY_MS = 60 * SECOND_MS;
/** What comes later, from a process that lay still or by somebody who goes on trying a key, is taken out so often. */
export const SWEEP_EVERY_MS = 6 * 3600 * SECOND_MS;

/**
 * Takes people out for good. Rooms add what of theirs holds people; what is little goes with the request, and what is much
 * goes piece by piece, each in its own transaction with the count of it, so that a process that dies is taken up from.
 */
@Injectable()
export class Erasures implements OnModuleInit {
  private readonly parts: ErasurePart[] = [];

  constructor(
    private readonly dataSource: DataSource,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.jobs.add({ name: 'erase_people', everyMs: EVERY_MS, run: (now) => this.run(now) });
  }

  add(part: ErasurePart): void {
    this.parts.push(part);
  }

  /** Null: nobody asked for it. */
  find(userId: string, manager: EntityManager = this.dataSource.manager): Promise<Erasure | null> {
    return manager.findOneBy(Erasure, { userId });
  }

  /** In the transaction of whoever answers the request; the rest follows by itself. At most once for a person. */
  async begin(manager: EntityManager, request: ErasureRequest): Promise<Erasure> {
    const erasure = { userId: request.userId, requestedAt: new Date(this.clock.now()) };
    await manager.insert(Erasure, erasure);
    for (const part of this.parts) await part.atOnce?.(manager, request);
    return { ...erasure, redacted: '0', sweptAt: null, finishedAt: null };
  }

  private run(now: number): Promise<JobResult> {
    return workThrough<Erasure>({
      read: (limit, except) => this.due(now, limit, except),
      idOf: ({ userId }) => userId,
      nameOf: ({ userId }) => `person ${userId}`,
      settle: (erasure) => this.sweep(erasure, now),
    });
  }

  private due(now: number, limit: number, except: readonly string[]): Promise<Erasure[]> {
    const settledBefore = new Date(now - ON_ITS_WAY_MS);
    const sweptBefore = new Date(now - SWEEP_EVERY_MS);
    return this.dataSource.query(DUE, [settledBefore, sweptBefore, except, limit]);
  }

  /** One pass through everything. */
  private async sweep({ userId, requestedAt }: Erasure, now: number): Promise<boolean> {
    for (const { piece } of this.parts) {
      for (let after: string | null = null, isFirst = true; piece && (isFirst || after !== null); isFirst = false)
        after = (await this.countedPiece(userId, (manager) => piece(manager, userId, after))).next;
    }
    const isFinished = now >= requestedAt.getTime() + ON_ITS_WAY_MS;
    await this.dataSource.query(SWEPT, [userId, new Date(now), isFinished]);
    return true;
  }

  private countedPiece(
    userId: string,
    piece: (manager: EntityManager) => Promise<ErasurePiece>,
  ): Promise<ErasurePiece> {
    return inTransaction(this.dataSource, async (manager) => {
      const done = await piece(manager);
      if (done.redacted > 0) await manager.query(COUNT, [userId, done.redacted]);
      return done;
    });
  }
}

/** $1 what was requested by then is settled, $2 what was swept before then is swept again, $3 without whom, $4 how many. */
const DUE = `
  SELECT user_id AS "userId", requested_at AS "requestedAt" FROM erasures
  WHERE user_id <> ALL ($3::uuid[]) AND (
    swept_at IS NULL OR (finished_at IS NULL AND requested_at <= $1) OR swept_at <= $2)
  ORDER BY requested_at LIMIT $4`;

const COUNT = `UPDATE erasures SET redacted = redacted + $2 WHERE user_id = $1`;

const SWEPT = `
  UPDATE erasures SET swept_at = $2::timestamptz, finished_at = COALESCE(finished_at, CASE WHEN $3 THEN $2::timestamptz END)
  WHERE user_id = $1`;
