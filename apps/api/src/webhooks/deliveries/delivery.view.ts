import type { WebhookDeliveryDto } from './webhook-delivery.dto.js';
import type { DeliveryRecord } from './webhook-deliveries.js';

export function deliveryView({ delivery, event }: DeliveryRecord): WebhookDeliveryDto {
  return {
    id: delivery.id,
    event_id: delivery.eventId,
    status: delivery.state,
    attempts: delivery.attempts,
    response_status: delivery.responseStatus,
    failure: delivery.failure,
    created_at: delivery.createdAt,
    last_attempt_at: delivery.lastAttemptAt,
    next_attempt_at: delivery.state === 'pending' ? delivery.nextAttemptAt : null,
    payload: { type: event.type, timestamp: event.occurredAt, data: event.data },
  };
}
