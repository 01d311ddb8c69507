import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Clock } from '#domain';
import { problem } from '#problems';
import { AuditLog } from '../audit/audit-log.js';
import { inTransaction } from '../database/transaction.js';
import type { RequestOrigin } from '../http/request-origin.js';
import { opaqueTokenDigest } from './opaque-token.js';
import { type OpenSession, Sessions } from './sessions.js';

/** Continues sessions by single-use tokens. All tokens of a session are one family. */
@Injectable()
export class SessionRefresh {
  constructor(
    private readonly dataSource: DataSource,
    private readonly sessions: Sessions,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  /**
   * Exchanges a refresh token for the next one. Of parallel uses exactly one succeeds; every other is a replay, and a
   * replay ends the session: one of the two holders is a thief, and nobody can say which.
   * @throws Problem INVALID_REFRESH_TOKEN for whatever cannot be exchanged.
   */
  async refresh(token: string, origin: RequestOrigin): Promise<OpenSession> {
    const digest = opaqueTokenDigest(token);
    const session =
      digest &&
      (await inTransaction(this.dataSource, async (manager) => {
        const sessionId = await this.spend(manager, digest);
        if (sessionId !== undefined) return this.continue(manager, sessionId, origin);
        await this.endReplayed(manager, digest, origin);
        return undefined;
      }));
    // Only here, after the commit: a replay is answered with a refusal and must all the same have its effect.
    if (!session) throw problem('INVALID_REFRESH_TOKEN');
    return session;
  }

  /** The one statement that decides which of several users of a token is the first. */
  private async spend(manager: EntityManager, digest: Buffer): Promise<string | undefined> {
    const [[token]] = await manager.query<[{ session_id: string }[], number]>(
      `UPDATE refresh_tokens SET used_at = $1
       WHERE digest = $2 AND used_at IS NULL AND expires_at > $1
       RETURNING session_id`,
      [this.now(), digest],
    );
    return token?.session_id;
  }

  /** The row is locked first: a session that is being ended at this moment is not continued. */
  private async continue(
    manager: EntityManager,
    sessionId: string,
    origin: RequestOrigin,
  ): Promise<OpenSession | undefined> {
    const [row] = await manager.query<{ user_id: string; created_at: Date }[]>(
      `SELECT s.user_id, s.created_at FROM sessions s JOIN users u ON u.id = s.user_id
       WHERE s.id = $1 AND s.ended_at IS NULL AND s.expires_at > $2 AND u.is_active
       FOR UPDATE OF s`,
      [sessionId, this.now()],
    );
    if (!row) return undefined;
    const session = { id: sessionId, userId: row.user_id, createdAt: row.created_at };
    const metadata = { session_id: sessionId };
    const entry = { origin, userId: session.userId, statusCode: 200, metadata };
    await this.audit.record(manager, { ...entry, action: 'token_refreshed' });
    return this.sessions.prolong(manager, session, origin);
  }

  private async endReplayed(manager: EntityManager, digest: Buffer, origin: RequestOrigin): Promise<void> {
    const [[ended]] = await manager.query<[{ id: string; user_id: string }[], number]>(
      `UPDATE sessions s SET ended_at = $1 FROM refresh_tokens t
       WHERE t.session_id = s.id AND t.digest = $2 AND t.used_at IS NOT NULL AND s.ended_at IS NULL
       RETURNING s.id, s.user_id`,
      [this.now(), digest],
    );
    if (!ended) return;
    const entry = { origin, userId: ended.user_id, statusCode: 401, metadata: { session_id: ended.id } };
    await this.audit.record(manager, { ...entry, action: 'token_reuse_detected' });
  }

  private now(): Date {
    return new Date(this.clock.now());
  }
}
