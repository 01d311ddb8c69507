import type { AuditAction } from '../../audit/audit-action.js';
import { dayOf } from '../parts/time.js';
import { inWords } from '../parts/words.js';

export const LOGS = '/dashboard/logs';

/** `api_key_auto_rotated` is `Key auto rotated`. */
export function actionInWords(action: string): string {
  return inWords(action.replace(/^api_/, ''));
}

/** Whether akm did that by itself. The person in the entry is then the one whose key or endpoint it is. */
export function isByItself({ action, request_id: requestId }: Entry): boolean {
  return requestId === null && BY_ITSELF.has(action);
}

interface Entry {
  readonly action: string;
  readonly request_id: string | null;
}

/** Some of it is done by people too, by a request. */
const BY_ITSELF: ReadonlySet<string> = new Set<AuditAction>([
  'key_auto_rotated',
  'key_pickup_reminder',
  'key_rotation_completed',
  'key_expiry_warning',
  'key_auto_expired',
  'api_key_throttled',
  'api_key_suspended',
  'anomaly_detected',
  'anomaly_breaker_tripped',
  'webhook_disabled',
]);

/** `23 Nov 14:03:07`, in UTC: entries of one day are told apart at a glance. */
export function logTime(at: Date): string {
  return `${dayOf(at)} ${at.toISOString().slice(11, 19)}`;
}
