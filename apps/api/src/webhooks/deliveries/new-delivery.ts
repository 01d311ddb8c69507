import type { OutgoingEvent } from '../../events/outgoing-event.entity.js';
import type { WebhookDelivery } from './webhook-delivery.entity.js';

/** For how long a delivery is tried. From its start and not from its first attempt, or a queue would take a day a piece. */
export const TRIED_FOR_MS = 86_400_000;

/** A delivery that is due now. */
export function newDelivery(id: string, endpointId: string, event: OutgoingEvent, now: number): WebhookDelivery {
  return {
    id,
    endpointId,
    eventId: event.id,
    eventType: event.type,
    subjectId: event.subjectId,
    position: event.position,
    state: 'pending',
    attempts: 0,
    nextAttemptAt: new Date(now),
    leaseId: null,
    giveUpAt: new Date(now + TRIED_FOR_MS),
    createdAt: new Date(now),
    lastAttemptAt: null,
    responseStatus: null,
    failure: null,
    settledAt: null,
  };
}
