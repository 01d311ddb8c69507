import type { EventType } from '../../events/event-type.js';
import type { DeliveryState } from '../../webhooks/deliveries/webhook-delivery.entity.js';

export const WEBHOOKS = '/dashboard/webhooks';

/** When each event is told. */
export const EVENTS_IN_WORDS: Readonly<Record<EventType, string>> = {
  'key.created': 'A key was made or imported.',
  'key.rotated': 'A key got another secret.',
  'key.revoked': 'A key was revoked for good.',
  'key.disabled': 'A key was disabled for a while, by somebody or because of an alert.',
  'key.throttled': 'A key was throttled for an hour, because of an alert.',
  'key.restored': 'What was done to a key because of an alert was undone.',
  'key.expiring': 'A key expires in 30, 7 or 1 days.',
  'key.expired': 'A key has expired.',
  'anomaly.detected': 'A key did what it does not do by itself.',
  'insights.digest': 'A week is over, and something about your keys is worth a look.',
  'rate_limit.exceeded': 'A key reached a limit; told at most once an hour.',
  'user.erased': 'A person was taken out for good, and with them what named them.',
  'user.locked': 'Sign-ins failed so often that the account is locked for a while.',
};

export const STATES_IN_WORDS: Readonly<Record<DeliveryState, string>> = {
  pending: 'To be delivered',
  delivered: 'Delivered',
  dead_lettered: 'Given up',
};

/** `host_not_found` is `host not found`. */
export function failureInWords(failure: string): string {
  return failure.replaceAll('_', ' ');
}
