import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, IsNull, MoreThan } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Clock } from '#domain';
import { problem } from '#problems';
import { AuditLog } from '../audit/audit-log.js';
import { Config } from '../config/config.js';
import { inTransaction } from '../database/transaction.js';
import { KeptAddresses } from '../http/kept-addresses.js';
import type { RequestOrigin } from '../http/request-origin.js';
import type { AccessTokenSubject } from './access-token.js';
import { newOpaqueToken, opaqueTokenDigest } from './opaque-token.js';
import { RefreshToken } from './refresh-token.entity.js';
import { Session } from './session.entity.js';

/** A session that goes on, and the only copy of the token that continues it once more. */
export interface OpenSession extends AccessTokenSubject {
  readonly refreshToken: string;
}

/** A session that goes on, and the only copy of the cookie that continues it. */
export interface BrowserSession extends AccessTokenSubject {
  readonly cookie: string;
}

/** However often it is refreshed, a session ends this long after sign-in (or after REFRESH_TOKEN_EXPIRE_DAYS, if longer). */
export const SESSION_MAX_MS = 90 * 86_400_000;

const LISTED_MAX = 100;

/**
 * Sign-ins. Whether a session runs is decided by its row alone, so ending it takes effect at once, whatever tokens of it
 * are about.
 */
@Injectable()
export class Sessions {
  constructor(
    private readonly dataSource: DataSource,
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly audit: AuditLog,
    private readonly addresses: KeptAddresses,
  ) {}

  /** Begins a session for a person whose password was right. */
  async open(manager: EntityManager, userId: string, origin: RequestOrigin): Promise<OpenSession> {
    const { id, expiresAt } = await this.begin(manager, userId, origin);
    return { userId, sessionId: id, refreshToken: await this.issueToken(manager, id, expiresAt) };
  }

  /** Begins one that a browser continues by its cookie. No token of it opens the API. */
  async openInBrowser(manager: EntityManager, userId: string, origin: RequestOrigin): Promise<BrowserSession> {
    const cookie = newOpaqueToken();
    const { id } = await this.begin(manager, userId, origin, opaqueTokenDigest(cookie));
    return { userId, sessionId: id, cookie };
  }

  /** Takes the running session of a browser further: it has been used now. */
  async prolongInBrowser({ id, createdAt }: Pick<Session, 'id' | 'createdAt'>, origin: RequestOrigin): Promise<void> {
    const running = { id, endedAt: IsNull() };
    await this.dataSource.manager.update(Session, running, this.use(createdAt, origin));
  }

  /** Takes a running session further, as far as it may go, and issues the token for the next time. */
  async prolong(
    manager: EntityManager,
    { id, userId, createdAt }: Pick<Session, 'id' | 'userId' | 'createdAt'>,
    origin: RequestOrigin,
  ): Promise<OpenSession> {
    const use = this.use(createdAt, origin);
    await manager.update(Session, id, use);
    return { userId, sessionId: id, refreshToken: await this.issueToken(manager, id, use.expiresAt) };
  }

  /** The running sessions of a person, the one used last first, up to a hundred. */
  async list(userId: string): Promise<Session[]> {
    return this.dataSource.manager.find(Session, {
      where: { userId, endedAt: IsNull(), expiresAt: MoreThan(this.now()) },
      order: { lastUsedAt: 'DESC', id: 'DESC' },
      take: LISTED_MAX,
    });
  }

  /**
   * Ends one session of a person.
   * @param by who ends it, when that is somebody else.
   * @throws Problem NOT_FOUND for sessions of others and for those that have ended.
   */
  async end(id: string, userId: string, origin: RequestOrigin, by = userId): Promise<void> {
    await inTransaction(this.dataSource, async (manager) => {
      const endedAt = this.now();
      const running = { id, userId, endedAt: IsNull(), expiresAt: MoreThan(endedAt) };
      const { affected } = await manager.update(Session, running, { endedAt });
      if (affected === 0) throw problem('NOT_FOUND');
      const metadata = { session_id: id, ...(by !== userId && { target_user_id: userId }) };
      await this.audit.record(manager, { action: 'session_ended', origin, userId: by, statusCode: 204, metadata });
    });
  }

  /** Ends every session of a person, and with them every access token. */
  async signOut(userId: string, origin: RequestOrigin): Promise<void> {
    await inTransaction(this.dataSource, async (manager) => {
      const sessions = await this.endAll(manager, userId);
      await this.audit.record(manager, { action: 'logout', origin, userId, statusCode: 200, metadata: { sessions } });
    });
  }

  /** Ends every running session of a person, but for one if it is named, and says how many there were. */
  async endAll(manager: EntityManager, userId: string, except?: string): Promise<number> {
    const [, ended] = await manager.query<[unknown, number]>(
      `UPDATE sessions SET ended_at = $1 WHERE user_id = $2 AND ended_at IS NULL AND id IS DISTINCT FROM $3::uuid`,
      [this.now(), userId, except ?? null],
    );
    return ended;
  }

  private async begin(manager: EntityManager, userId: string, origin: RequestOrigin, cookieDigest?: Buffer) {
    const createdAt = this.now();
    const id = uuidv7();
    const use = this.use(createdAt, origin);
    await manager.insert(Session, { id, userId, createdAt, endedAt: null, cookieDigest: cookieDigest ?? null, ...use });
    return { id, expiresAt: use.expiresAt };
  }

  private async issueToken(manager: EntityManager, sessionId: string, expiresAt: Date): Promise<string> {
    const token = newOpaqueToken();
    const digest = opaqueTokenDigest(token);
    const createdAt = this.now();
    await manager.insert(RefreshToken, { id: uuidv7(), sessionId, digest, createdAt, expiresAt, usedAt: null });
    return token;
  }

  /** What a session remembers of its last use, and how long it may now wait for the next. */
  private use(createdAt: Date, { ip, userAgent }: RequestOrigin) {
    const lastUsedAt = this.now();
    const { refreshTokenMs } = this.config.auth;
    const endMs = createdAt.getTime() + Math.max(refreshTokenMs, SESSION_MAX_MS);
    const expiresAt = new Date(Math.min(lastUsedAt.getTime() + refreshTokenMs, endMs));
    return { lastUsedAt, expiresAt, ipAddress: this.addresses.keep(ip), userAgent };
  }

  private now(): Date {
    return new Date(this.clock.now());
  }
}
