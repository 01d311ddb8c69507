import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock } from '#domain';
import type { PersonPrincipal } from '../access/principal.js';
import { type Role, ROLE_SCOPES } from '../access/role.js';
import { HostCookie } from '../http/host-cookie.js';
import type { RequestOrigin } from '../http/request-origin.js';
import { opaqueTokenDigest } from './opaque-token.js';
import { Sessions } from './sessions.js';

/** Holds what continues the session of a browser. Only pages of the console look at it. */
export const SESSION_COOKIE = new HostCookie('akm');

/** Somebody who signed in with this browser. */
export interface Browsing {
  readonly person: PersonPrincipal;
  readonly username: string;
  readonly email: string;
  /** Their password was given to them and is to be replaced. */
  readonly hasOneTimePassword: boolean;
}

/** Establishes who is behind a cookie. Read from the database at every page, so that a change of anything bites at once. */
@Injectable()
export class BrowserSessions {
  constructor(
    private readonly dataSource: DataSource,
    private readonly sessions: Sessions,
    private readonly clock: Clock,
  ) {}

  /** Undefined unless the cookie is that of a running session of somebody active. A visit takes the session further. */
  async find(cookie: string, origin: RequestOrigin): Promise<Browsing | undefined> {
    const digest = opaqueTokenDigest(cookie);
    if (!digest) return undefined;
    const now = this.clock.now();
    const [row] = await this.dataSource.query<VisitorRow[]>(VISITOR, [digest, new Date(now)]);
    if (!row) return undefined;
    if (row.last_used_at.getTime() <= now - USE_NOTED_AFTER_MS) {
      await this.sessions.prolongInBrowser({ id: row.session_id, createdAt: row.created_at }, origin);
    }
    const { session_id: sessionId, user_id: userId, role, username, email, password_is_one_time } = row;
    const person = { kind: 'person', userId, sessionId, role, scopes: ROLE_SCOPES[role] } as const;
    return { person, username, email, hasOneTimePassword: password_is_one_time };
  }
}

/** A page every few seconds need not be a write every few seconds. */
const USE_NOTED_AFTER_MS = 60_000;

interface VisitorRow {
  readonly session_id: string;
  readonly created_at: Date;
  readonly last_used_at: Date;
  readonly user_id: string;
  readonly role: Role;
  readonly username: string;
  readonly email: string;
  readonly password_is_one_time: boolean;
}

const VISITOR = `
  SELECT s.id AS session_id, s.created_at, s.last_used_at, u.id AS user_id, u.role, u.username, u.email,
    u.password_is_one_time
  FROM sessions s JOIN users u ON u.id = s.user_id
  WHERE s.cookie_digest = $1 AND s.ended_at IS NULL AND s.expires_at > $2 AND u.is_active`;
