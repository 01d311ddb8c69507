import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { VERDICT_CODES, type VerdictCode } from '#domain';
import { ApiCount, ApiId, ApiList, ApiText } from '../http/api-field.decorators.js';
import { QueryInstant } from '../http/query-value.js';
import { DESCRIBED_MAX, TOP } from '../usage/key-activity.js';

export const USAGE_STEPS = ['minute', 'hour', 'day'] as const;
export type UsageStep = (typeof USAGE_STEPS)[number];

/** A day by minutes, two months by hours, four years by days. */
export const USAGE_POINTS_MAX = 1500;
/** Of a key that was rotated more often than that, the newest secrets are shown. */
export const USAGE_SECRETS_MAX = 100;

const ApiOutcomes = () =>
  ApiProperty({
    type: 'object',
    maxProperties: VERDICT_CODES.length,
    additionalProperties: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
    example: { VALID: 9, RATE_LIMITED: 3 },
  });

export class KeyUsageQueryDto {
  /** From this moment on, or from the start of this day in UTC. 24 hours before `to` unless given.
   * @example 2026-11-21 */
  @IsOptional()
  @QueryInstant('start')
  from?: Date;

  /** Up to and including this moment, or to the end of this day in UTC. Now unless given.
   * @example 2026-11-22T14:00:00Z */
  @IsOptional()
  @QueryInstant('end')
  to?: Date;

  /** What the series counts by: `from` and `to` may be 1500 of these apart.
   * @example hour */
  @IsOptional()
  @IsIn(USAGE_STEPS)
  step: UsageStep = 'hour';
}

export class LatencyDto {
  /** Half of all took no longer.
   * @example 0.4 */
  @ApiProperty({ minimum: 0, maximum: 3_600_000 })
  p50: number | null;

  /** @example 1.7 */
  @ApiProperty({ minimum: 0, maximum: 3_600_000 })
  p95: number | null;

  /** @example 4.2 */
  @ApiProperty({ minimum: 0, maximum: 3_600_000 })
  p99: number | null;
}

/** What was let in, and what was not. */
export class UsageTallyDto {
  /** @example 9 */
  @ApiCount()
  admitted: number;

  /** @example 3 */
  @ApiCount()
  refused: number;
}

export class SeenAddressDto {
  /** Null: where the use came from was not said.
   * @example 203.0.113.7 */
  @ApiText(45)
  ip_address: string | null;

  /** Let in or not.
   * @example 12 */
  @ApiCount()
  count: number;

  /** @example 2026-11-22T14:00:00.000Z */
  @ApiProperty({ type: 'string', format: 'date-time' })
  last_seen_at: Date;
}

export class SeenAgentDto {
  /** Null: none was sent.
   * @example curl/8.5.0 */
  @ApiText(1024)
  user_agent: string | null;

  /** Let in or not.
   * @example 12 */
  @ApiCount()
  count: number;

  /** @example 2026-11-22T14:00:00.000Z */
  @ApiProperty({ type: 'string', format: 'date-time' })
  last_seen_at: Date;
}

export class SecretUsageDto extends UsageTallyDto {
  /** 1 for the secret the key was created with.
   * @example 2 */
  @ApiCount()
  version: number;

  /** What is safe to show of it.
   * @example akm_live_4fT9Kx */
  @ApiText(64)
  key_prefix: string;

  /** `retired` no longer works.
   * @example retiring */
  @ApiProperty({ enum: ['current', 'retiring', 'retired'] })
  state: 'current' | 'retiring' | 'retired';

  /** When it was last let in, in this time; null: not once.
   * @example 2026-11-22T14:00:00.000Z */
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  last_used_at: Date | null;
}

export class SecretTallyDto extends UsageTallyDto {
  /** @example 2 */
  @ApiCount()
  version: number;
}

export class UsagePointDto extends UsageTallyDto {
  /** When the step begins, in UTC. The first and the last one are counted within `from` and `to` only.
   * @example 2026-11-22T14:00:00.000Z */
  @ApiProperty({ type: 'string', format: 'date-time' })
  at: Date;

  /** By verdict; a verdict that was not given is not named. */
  @ApiOutcomes()
  outcomes: Partial<Record<VerdictCode, number>>;

  /** By secret, newest first, as far as one was used; attempts that no secret was found for are not among them. */
  @ApiList(USAGE_SECRETS_MAX)
  secrets: SecretTallyDto[];
}

export class KeyUsageDto extends UsageTallyDto {
  /** @example 0198f0c4-7d5e-7a31-9d2f-1c2b3a4d5e6f */
  @ApiId()
  key_id: string;

  /** @example 2026-11-21T14:00:00.000Z */
  @ApiProperty({ type: 'string', format: 'date-time' })
  from: Date;

  /** @example 2026-11-22T14:00:00.000Z */
  @ApiProperty({ type: 'string', format: 'date-time' })
  to: Date;

  /** @example hour */
  @ApiProperty({ enum: USAGE_STEPS })
  step: UsageStep;

  /** By verdict; a verdict that was not given is not named. */
  @ApiOutcomes()
  outcomes: Partial<Record<VerdictCode, number>>;

  /** What follows is told of so many, the newest; `admitted` and `refused` count all.
   * @example 12 */
  @ApiCount(DESCRIBED_MAX)
  described: number;

  /** How long akm took to decide, in milliseconds; null when nothing happened. */
  latency_ms: LatencyDto;

  /** Different addresses in all.
   * @example 1 */
  @ApiCount()
  addresses_seen: number;

  /** The most frequent ones first. */
  @ApiList(TOP)
  addresses: SeenAddressDto[];

  /** Different user agents in all.
   * @example 1 */
  @ApiCount()
  agents_seen: number;

  /** The most frequent ones first. */
  @ApiList(TOP)
  agents: SeenAgentDto[];

  /** Those that work, and those that were used or tried in this time, newest first. */
  @ApiList(USAGE_SECRETS_MAX)
  secrets: SecretUsageDto[];

  /** Every step of the time, oldest first. */
  @ApiList(USAGE_POINTS_MAX)
  series: UsagePointDto[];
}
