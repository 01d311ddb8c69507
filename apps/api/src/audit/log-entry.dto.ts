import { ApiProperty } from '@nestjs/swagger';
import { ApiAnyObject, ApiCount, ApiId, ApiText } from '../http/api-field.decorators.js';
import { AUDIT_ACTIONS, type AuditAction } from './audit-action.js';

/** One thing that happened: a change, a sign-in, or a use of a key. */
export class LogEntryDto {
  /** @example 0198f0c4-7d5e-7a31-9d2f-1c2b3a4d5e6f */
  @ApiId()
  id: string;

  /** @example 2026-11-22T14:00:00.000Z */
  timestamp: Date;

  /** @example api_key_used */
  @ApiProperty({ enum: AUDIT_ACTIONS, enumName: 'AuditAction' })
  action: AuditAction;

  /** The key it was done to or with.
   * @example 0198f0c4-2222-7a31-9d2f-1c2b3a4d5e6f */
  @ApiId()
  api_key_id: string | null;

  /** Who did it; for uses of a key, its owner.
   * @example 0198f0c4-1111-7a31-9d2f-1c2b3a4d5e6f */
  @ApiId()
  user_id: string | null;

  /** @example /protected/test */
  @ApiText(512)
  endpoint: string | null;

  /** @example GET */
  @ApiText(32)
  method: string | null;

  /** Or what is kept of it by LOG_ADDRESSES: `203.0.113.0/24`, or `hmac-` and 32 digits.
   * @example 203.0.113.7 */
  @ApiText(45)
  ip_address: string | null;

  /** @example curl/8.5.0 */
  @ApiText(512)
  user_agent: string | null;

  /** The X-Request-Id of the answer.
   * @example 0198f0c4-3333-7a31-9d2f-1c2b3a4d5e6f */
  @ApiText(64)
  request_id: string | null;

  /** What was answered; for uses of a key, what its holder is answered by whoever asked.
   * @example 200 */
  @ApiCount(599)
  status_code: number | null;

  /** @example 0.41 */
  @ApiProperty({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
  response_time_ms: number | null;

  /** @example "Sign-in failed" */
  @ApiText(1000)
  error_message: string | null;

  /** What else is known: before and after of a change, reasons, the secret version that was used, or what tells an
   * unknown key from others. Never a secret. */
  @ApiAnyObject()
  @ApiProperty({ example: { outcome: 'VALID', secret_id: '0198f0c4-4444-7a31-9d2f-1c2b3a4d5e6f' } })
  metadata: Record<string, unknown> | null;
}
