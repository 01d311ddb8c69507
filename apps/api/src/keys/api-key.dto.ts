import { ApiProperty } from '@nestjs/swagger';
import type { KeyEnvironment, KeyStatus } from '#domain';
import { ApiAnyObject, ApiCount, ApiId, ApiList, ApiText, ApiTexts } from '../http/api-field.decorators.js';
import { PageOrCursorDto } from '../http/page.dto.js';
import { CreditsDto } from './credits.dto.js';
import { PendingPickupDto, ShownRotationPolicyDto } from './rotation.dto.js';

/** A secret version that still works. */
export class ApiKeySecretDto {
  /** What is safe to show of the secret.
   * @example akm_live_4fT9Kx */
  @ApiText(64)
  key_prefix: string;

  /** `current`, or `retiring` while the grace after a rotation lasts.
   * @example current */
  state: 'current' | 'retiring';

  /** @example 2026-11-22T14:00:00.000Z */
  created_at: Date;

  /** When a retiring secret stops working.
   * @example 2026-11-23T14:00:00.000Z */
  grace_period_ends_at: Date | null;

  /** Last admitted use, at most a second late.
   * @example 2026-11-22T14:03:00.000Z */
  last_used_at: Date | null;

  /** Admitted uses of this secret.
   * @example 42 */
  @ApiCount()
  usage_count: number;
}

/** Ends by itself. */
export class ThrottleDto {
  /** @example 80 */
  @ApiProperty({ type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER })
  rate_limit_per_minute: number;

  /** @example 2026-11-22T15:00:02.000Z */
  until: Date;
}

/** An API key. The secret is not part of it: it is shown once, when it is made. */
export class ApiKeyDto {
  /** The same through every rotation.
   * @example 0198f0c4-7d5e-7a31-9d2f-1c2b3a4d5e6f */
  @ApiId()
  id: string;

  /** @example "billing worker" */
  @ApiText(255)
  name: string;

  /** @example Sends invoices every night */
  @ApiText(2000)
  description: string | null;

  /** What is safe to show of the current secret.
   * @example akm_live_4fT9Kx */
  @ApiText(64)
  key_prefix: string;

  /** @example active */
  status: KeyStatus;

  /** @example ["read", "invoices.send"] */
  @ApiTexts(100, 128)
  permissions: string[];

  /** Services it may be used at; empty: at any.
   * @example ["billing"] */
  @ApiTexts(100, 128)
  allowed_services: string[];

  /** Addresses and ranges it may be used from; empty: from anywhere.
   * @example ["10.0.0.0/8"] */
  @ApiTexts(100, 49)
  allowed_ips: string[];

  /** Texts of which one must be part of the User-Agent; empty: any.
   * @example ["billing-worker/"] */
  @ApiTexts(100, 256)
  allowed_user_agents: string[];

  /** @example production */
  environment: KeyEnvironment;

  /** @example 60 */
  @ApiCount(10_000)
  rate_limit_per_minute: number;

  /** @example 1000 */
  @ApiCount(100_000)
  rate_limit_per_hour: number;

  /** @example 10000 */
  @ApiCount(1_000_000)
  rate_limit_per_day: number;

  /** A tighter limit for a while, because of an anomaly; null: its own limits hold. */
  throttle: ThrottleDto | null;

  /** The anomaly because of which akm disabled it by itself; null: akm did not.
   * @example 0198f0c4-8888-7a31-9d2f-1c2b3a4d5e6f */
  @ApiId()
  suspended_by: string | null;

  /** Null: never.
   * @example 2027-02-20T14:00:00.000Z */
  expires_at: Date | null;

  /** Last admitted use, at most a second late.
   * @example 2026-11-22T14:03:00.000Z */
  last_used_at: Date | null;

  /** Admitted uses of all secrets of this key.
   * @example 1042 */
  @ApiCount()
  usage_count: number;

  /** @example 2026-11-22T14:00:00.000Z */
  created_at: Date;

  /** @example 2026-11-22T14:00:00.000Z */
  updated_at: Date;

  /** @example 0198f0c4-1111-7a31-9d2f-1c2b3a4d5e6f */
  @ApiId()
  owner_id: string;

  /** Your own name for whoever uses the key.
   * @example customer-42 */
  @ApiText(255)
  external_id: string | null;

  /** @example ["nightly"] */
  @ApiTexts(50, 64)
  tags: string[];

  /** Whatever you want to be told when the key is verified.
   * @example {"plan": "gold"} */
  @ApiAnyObject()
  meta: object | null;

  /** What is left of them; null: uses are not counted. */
  credits: CreditsDto | null;

  /** Rotation by itself; null: only by hand. */
  rotation: ShownRotationPolicyDto | null;

  /** The current secret was made by an automatic rotation, and nobody has picked it up yet; null: somebody has it. */
  pending_pickup: PendingPickupDto | null;

  /** Laid out to be found: it grants nothing, and every use of it is an alarm.
   * @example false */
  is_canary: boolean;

  /** When the last earlier secret stops working; null: none works any more.
   * @example 2026-11-23T14:00:00.000Z */
  grace_period_ends_at: Date | null;

  /** The secrets that work now, the current one first. */
  @ApiList(2)
  secrets: ApiKeySecretDto[];
}

export class IssuedApiKeyDto extends ApiKeyDto {
  /** The secret. Shown now and never again.
   * @example akm_live_EXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLE0 */
  @ApiText(128)
  api_key: string;
}

export class RotatedApiKeyDto {
  /** The id the key had and keeps: equal to `new_key.id`.
   * @example 0198f0c4-7d5e-7a31-9d2f-1c2b3a4d5e6f */
  @ApiId()
  old_key_id: string;

  new_key: IssuedApiKeyDto;

  /** Until when the secret before this one works; null: it stopped at once.
   * @example 2026-11-23T14:00:00.000Z */
  grace_period_ends_at: Date | null;
}

export class ApiKeyPageDto extends PageOrCursorDto {
  @ApiList(100)
  items: ApiKeyDto[];
}
