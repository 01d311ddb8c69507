import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { ApiAnyObject, ApiCount, ApiId, ApiText } from '../../http/api-field.decorators.js';
import { PageDto, PageQueryDto } from '../../http/page.dto.js';
import { DELIVERY_STATES, type DeliveryState } from './webhook-delivery.entity.js';

export class ListDeliveriesDto extends PageQueryDto {
  /** Only deliveries in this state. `dead_lettered` is what was given up after a day.
   * @example dead_lettered */
  @IsOptional()
  @IsIn(DELIVERY_STATES)
  status?: DeliveryState;
}

/** What is posted to the endpoint. */
export class WebhookPayloadDto {
  /** @example key.created */
  @ApiText(64)
  type: string;

  /** When it happened.
   * @example 2026-11-22T14:00:00.000Z */
  timestamp: Date;

  /** @example {"api_key_id": "0198f0c4-7d5e-7a31-9d2f-1c2b3a4d5e6f", "name": "billing worker"} */
  @ApiAnyObject()
  data: object;
}

export class WebhookDeliveryDto {
  /** @example 0198f0c4-5555-7a31-9d2f-1c2b3a4d5e6f */
  @ApiId()
  id: string;

  /** The `webhook-id`: the same at every attempt, every replay and every endpoint.
   * @example 0198f0c4-6666-7a31-9d2f-1c2b3a4d5e6f */
  @ApiId()
  event_id: string;

  /** @example delivered */
  status: DeliveryState;

  /** Since it was due, or replayed.
   * @example 1 */
  @ApiCount(1000)
  attempts: number;

  /** HTTP status of the last answer; null when there was none.
   * @example 204 */
  @ApiProperty({ type: 'integer', minimum: 100, maximum: 999 })
  response_status: number | null;

  /** Why the last attempt got no answer.
   * @example timeout */
  @ApiText(32)
  failure: string | null;

  /** @example 2026-11-22T14:00:00.000Z */
  created_at: Date;

  /** @example 2026-11-22T14:00:01.000Z */
  last_attempt_at: Date | null;

  /** Null when nothing is left to do.
   * @example 2026-11-22T14:00:21.000Z */
  next_attempt_at: Date | null;

  payload: WebhookPayloadDto;
}

export class WebhookDeliveryPageDto extends PageDto {
  /** Newest first. */
  @ApiProperty({ type: [WebhookDeliveryDto], maxItems: 100 })
  items: WebhookDeliveryDto[];
}
