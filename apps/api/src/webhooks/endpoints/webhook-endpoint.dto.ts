import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsIn, IsOptional, MaxLength } from 'class-validator';
import { EVENT_TYPES, type EventType } from '../../events/event-type.js';
import { ApiId, ApiText } from '../../http/api-field.decorators.js';
import { IsDefinedIfPresent } from '../../http/defined-if-present.decorator.js';
import { PageDto } from '../../http/page.dto.js';
import { IsWholeNumber } from '../../http/whole-number.decorator.js';
import { ENDPOINT_SCOPES, type EndpointScope } from './webhook-endpoint.entity.js';

const URL_LENGTH = 2048;

const ApiEvents = (required: boolean) =>
  ApiProperty({
    enum: EVENT_TYPES,
    enumName: 'EventType',
    isArray: true,
    required,
    minItems: 1,
    maxItems: EVENT_TYPES.length,
    example: ['key.created', 'key.rotated', 'key.revoked'],
  });

export class CreateWebhookDto {
  /** Where events are posted to: `https://`, or `http://` where the server allows it. No private addresses.
   * @example https://hooks.example.com/akm */
  @MaxLength(URL_LENGTH)
  url: string;

  /** Which events. */
  @ApiEvents(true)
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(EVENT_TYPES.length)
  @ArrayUnique()
  @IsIn(EVENT_TYPES, { each: true })
  events: EventType[];

  /** `own`: what happens to you and your keys. `all`: to anybody; for admins.
   * @example own */
  @IsOptional()
  @IsIn(ENDPOINT_SCOPES)
  scope?: EndpointScope;
}

/** Absent fields stay as they are. */
export class UpdateWebhookDto {
  /** @example https://hooks.example.com/akm */
  @IsDefinedIfPresent()
  @MaxLength(URL_LENGTH)
  url?: string;

  @ApiEvents(false)
  @IsDefinedIfPresent()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(EVENT_TYPES.length)
  @ArrayUnique()
  @IsIn(EVENT_TYPES, { each: true })
  events?: EventType[];

  /** @example own */
  @IsDefinedIfPresent()
  @IsIn(ENDPOINT_SCOPES)
  scope?: EndpointScope;
}

export class ChangeWebhookSecretDto {
  /** For how long the secret before signs too; 24 unless given, 0 stops it at once.
   * @example 24 */
  @IsOptional()
  @IsWholeNumber(0, 168)
  grace_period_hours?: number;
}

export class WebhookEndpointDto {
  /** @example 0198f0c4-4444-7a31-9d2f-1c2b3a4d5e6f */
  @ApiId()
  id: string;

  /** @example https://hooks.example.com/akm */
  @ApiText(URL_LENGTH)
  url: string;

  @ApiEvents(true)
  events: EventType[];

  /** `own`: what happens to its owner and their keys. `all`: to anybody, while its owner is an admin.
   * @example own */
  scope: EndpointScope;

  /** Null: the endpoint of WEBHOOK_URL.
   * @example 0198f0c4-1111-7a31-9d2f-1c2b3a4d5e6f */
  @ApiId()
  owner_id: string | null;

  /** Whether it is sent the tokens that pick up new secrets of its owner’s keys: if a signed-in person set the URL.
   * @example true */
  receives_pickups: boolean;

  /** Until when the secret before the current one signs too; null: it does not.
   * @example 2026-11-23T14:00:00.000Z */
  former_secret_ends_at: Date | null;

  /** Since when it is told nothing, because it answered 410 Gone; null: it is told. Setting its URL puts it on again.
   * @example 2026-11-22T14:00:00.000Z */
  disabled_at: Date | null;

  /** @example 2026-11-22T14:00:00.000Z */
  created_at: Date;

  /** @example 2026-11-22T14:00:00.000Z */
  updated_at: Date;
}

export class IssuedWebhookEndpointDto extends WebhookEndpointDto {
  /** What messages are signed with. Shown now and never again.
   * @example whsec_RVhBTVBMRUVYQU1QTEVFWEFNUExFRVhBTVBMRUU= */
  @ApiText(128)
  secret: string;
}

export class WebhookEndpointPageDto extends PageDto {
  /** Newest first. */
  @ApiProperty({ type: [WebhookEndpointDto], maxItems: 100 })
  items: WebhookEndpointDto[];
}
