import { Webhook } from 'standardwebhooks';

/** What is told: the event as the Standard Webhooks lay it out. */
export interface WebhookPayload {
  readonly type: string;
  /** When it happened. */
  readonly timestamp: Date;
  readonly data: object;
}

/** The very bytes that are signed and sent. */
export function bodyOf({ type, timestamp, data }: WebhookPayload): string {
  return JSON.stringify({ type, timestamp, data });
}

/**
 * The headers of one attempt. Each live secret signs, so that a receiver may know either while a secret is changed. The
 * signed time is that of the attempt: receivers refuse what is older than a few minutes, and a retry may be.
 */
export function headersOf(
  messageId: string,
  body: string,
  secrets: readonly string[],
  now: number,
): Record<string, string> {
  const at = new Date(now);
  return {
    'content-type': 'application/json',
    'user-agent': 'akm-webhooks',
    'webhook-id': messageId,
    'webhook-timestamp': String(Math.floor(now / 1000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(messageId, at, body)).join(' '),
  };
}
