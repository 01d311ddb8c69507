import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Clock } from '#domain';
import { problem } from '#problems';
import { AuditLog } from '../audit/audit-log.js';
import { Config } from '../config/config.js';
import { inTransaction } from '../database/transaction.js';
import type { RequestOrigin } from '../http/request-origin.js';
import type { AccessTokenSubject } from './access-token.js';
import { newRefreshToken, refreshTokenDigest } from './refresh-token.js';
import { RefreshToken } from './refresh-token.entity.js';
import { Session } from './session.entity.js';

/** A session that goes on, and the only copy of the token that continues it once more. */
export interface OpenSession extends AccessTokenSubject {
  readonly refreshToken: string;
}

/** However often it is refreshed, a session ends this long after sign-in (or after REFRESH_TOKEN_EXPIRE_DAYS, if longer). */
export const SESSION_MAX_MS = 90 * 86_400_000;

/**
 * Sign-ins and the families of refresh tokens that continue them. Whether a session runs is decided by its row alone, so
 * ending it takes effect at once, whatever tokens are about.
 */
@Injectable()
export class Sessions {
  constructor(
    private readonly dataSource: DataSource,
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly audit: AuditLog,
  ) {}

  /** Begins a session for a person whose password was right. */
  async open(manager: EntityManager, userId: string, origin: RequestOrigin): Promise<OpenSession> {
    const now = new Date(this.clock.now());
    const expiresAt = this.expiry(now, now);
    const session = { id: uuidv7(), userId, createdAt: now, lastUsedAt: now, expiresAt, endedAt: null };
    await manager.insert(Session, { ...session, ipAddress: origin.ip, userAgent: origin.userAgent });
    return { userId, sessionId: session.id, refreshToken: await this.issue(manager, session.id, now, expiresAt) };
  }

  /**
   * Exchanges a refresh token for the next one. Of parallel uses exactly one succeeds; every other is a replay, and a
   * replay ends the session: one of the two holders is a thief, and nobody can say which.
   * @throws Problem INVALID_REFRESH_TOKEN for whatever cannot be exchanged.
   */
  async refresh(token: string, origin: RequestOrigin): Promise<OpenSession> {
    const digest = refreshTokenDigest(token);
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

  /** Ends every session of a person, and with them every access token. */
  async signOut(userId: string, origin: RequestOrigin): Promise<void> {
    await inTransaction(this.dataSource, async (manager) => {
      const sessions = await this.endAll(manager, userId);
      await this.audit.record(manager, { action: 'logout', origin, userId, statusCode: 200, metadata: { sessions } });
    });
  }

  /** Ends every running session of a user, but for one if it is named, and says how many there were. */
  async endAll(manager: EntityManager, userId: string, except?: string): Promise<number> {
    const [, ended] = await manager.query<[unknown, number]>(
      `UPDATE sessions SET ended_at = $1 WHERE user_id = $2 AND ended_at IS NULL AND id IS DISTINCT FROM $3::uuid`,
      [new Date(this.clock.now()), userId, except ?? null],
    );
    return ended;
  }

  /** The one statement that decides which of several users of a token is the first. */
  private async spend(manager: EntityManager, digest: Buffer): Promise<string | undefined> {
    const [[token]] = await manager.query<[{ session_id: string }[], number]>(
      `UPDATE refresh_tokens SET used_at = $1
       WHERE digest = $2 AND used_at IS NULL AND expires_at > $1
       RETURNING session_id`,
      [new Date(this.clock.now()), digest],
    );
    return token?.session_id;
  }

  private async continue(
    manager: EntityManager,
    sessionId: string,
    origin: RequestOrigin,
  ): Promise<OpenSession | undefined> {
    const now = new Date(this.clock.now());
    const [session] = await manager.query<{ user_id: string; created_at: Date }[]>(
      `SELECT s.user_id, s.created_at FROM sessions s JOIN users u ON u.id = s.user_id
       WHERE s.id = $1 AND s.ended_at IS NULL AND s.expires_at > $2 AND u.is_active
       FOR UPDATE OF s`,
      [sessionId, now],
    );
    if (!session) return undefined;
    const expiresAt = this.expiry(session.created_at, now);
    const { ip, userAgent } = origin;
    await manager.update(Session, sessionId, { lastUsedAt: now, expiresAt, ipAddress: ip, userAgent });
    const refreshToken = await this.issue(manager, sessionId, now, expiresAt);
    const userId = session.user_id;
    await this.audit.record(manager, {
      action: 'token_refreshed',
      origin,
      userId,
      statusCode: 200,
      metadata: { session_id: sessionId },
    });
    return { userId, sessionId, refreshToken };
  }

  private async endReplayed(manager: EntityManager, digest: Buffer, origin: RequestOrigin): Promise<void> {
    const [[ended]] = await manager.query<[{ id: string; user_id: string }[], number]>(
      `UPDATE sessions s SET ended_at = $1 FROM refresh_tokens t
       WHERE t.session_id = s.id AND t.digest = $2 AND t.used_at IS NOT NULL AND s.ended_at IS NULL
       RETURNING s.id, s.user_id`,
      [new Date(this.clock.now()), digest],
    );
    if (!ended) return;
    await this.audit.record(manager, {
      action: 'token_reuse_detected',
      origin,
      userId: ended.user_id,
      statusCode: 401,
      metadata: { session_id: ended.id },
    });
  }

  private async issue(manager: EntityManager, sessionId: string, createdAt: Date, expiresAt: Date): Promise<string> {
    const token = newRefreshToken();
    await manager.insert(RefreshToken, {
      id: uuidv7(),
      sessionId,
      digest: refreshTokenDigest(token),
      createdAt,
      expiresAt,
      usedAt: null,
    });
    return token;
  }

  private expiry(createdAt: Date, now: Date): Date {
    const { refreshTokenMs } = this.config.auth;
    return new Date(
      Math.min(now.getTime() + refreshTokenMs, createdAt.getTime() + Math.max(refreshTokenMs, SESSION_MAX_MS)),
    );
  }
}
