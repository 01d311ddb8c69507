import { ApiId, ApiList, ApiText } from '../http/api-field.decorators.js';
import type { Session } from './session.entity.js';

export class SessionDto {
  /** @example 0198f0c4-7d5e-7a31-9d2f-1c2b3a4d5e6f */
  @ApiId()
  id: string;

  /** When its person signed in.
   * @example 2026-11-22T14:00:00.000Z */
  created_at: Date;

  /** When its tokens were refreshed last.
   * @example 2026-11-22T14:30:00.000Z */
  last_used_at: Date;

  /** When it ends unless it is refreshed before.
   * @example 2026-11-29T14:30:00.000Z */
  expires_at: Date;

  /** Of the last refresh.
   * @example 203.0.113.7 */
  @ApiText(45)
  ip_address: string | null;

  /** Of the last refresh.
   * @example Mozilla/5.0 */
  @ApiText(512)
  user_agent: string | null;

  /** Whether this request belongs to it.
   * @example true */
  is_current: boolean;
}

export class SessionsDto {
  /** The one used last first, up to a hundred. */
  @ApiList(100)
  items: SessionDto[];
}

export function sessionsDto(sessions: readonly Session[], currentId: string): SessionsDto {
  return {
    items: sessions.map((session) => ({
      id: session.id,
      created_at: session.createdAt,
      last_used_at: session.lastUsedAt,
      expires_at: session.expiresAt,
      ip_address: session.ipAddress,
      user_agent: session.userAgent,
      is_current: session.id === currentId,
    })),
  };
}
