/** What the outside is told of. The names are part of the HTTP contract. */
export const EVENT_TYPES = [
  'key.created',
  'key.rotated',
  'key.revoked',
  'key.disabled',
  'key.throttled',
  'key.restored',
  'key.expiring',
  'key.expired',
  'anomaly.detected',
  'insights.digest',
  'rate_limit.exceeded',
  'user.locked',
  'user.erased',
] as const;

export type EventType = (typeof EVENT_TYPES)[number];

/** What each event says of itself, as it leaves: no secret, and nothing that its reader could not ask the API for. */
export interface EventPayloads extends Record<EventType, object> {
  'key.created': KeyPayload & { readonly permissions: readonly string[]; readonly expires_at: Date | null };
  /** `grace_period_ends_at`: until when the secret before this one works; null when it stopped at once. */
  'key.rotated': KeyPayload & { readonly grace_period_ends_at: Date | null; readonly pickup: PickupPayload | null };
  'key.revoked': KeyPayload;
  /** `anomaly_id`: because of what it was suspended; null: somebody has done it. */
  'key.disabled': KeyPayload & { readonly anomaly_id: string | null };
  'key.throttled': KeyPayload & {
    readonly anomaly_id: string;
    readonly rate_limit_per_minute: number;
    readonly until: Date;
  };
  /** What was done because of an anomaly was undone. */
  'key.restored': KeyPayload & { readonly anomaly_id: string; readonly was: 'suspended' | 'throttled' };
  'key.expiring': KeyPayload & { readonly expires_at: Date; readonly days_left: number };
  'key.expired': KeyPayload & { readonly expires_at: Date };
  'anomaly.detected': {
    readonly anomaly_id: string;
    readonly api_key_id: string | null;
    readonly anomaly_type: string;
    readonly severity: 'low' | 'medium' | 'high' | 'critical';
    readonly description: string;
    /** What was done about it, or would have been. */
    readonly action_taken: string;
  };
  /** Once a week at most, and only when there is something to tell. */
  'insights.digest': {
    readonly user_id: string;
    /** Its Monday, in UTC. */
    readonly week: string;
    readonly drifting: readonly object[];
    readonly dormant: readonly object[];
    readonly unused: readonly object[];
    readonly evidence: readonly object[];
    readonly alerts: readonly object[];
    readonly advice: readonly object[];
  };
  /** At most once an hour: `refused_at` is the first refusal it tells of. */
  'rate_limit.exceeded': KeyPayload & {
    readonly refused_at: Date;
    readonly rate_limit_per_minute: number;
    readonly rate_limit_per_hour: number;
    readonly rate_limit_per_day: number;
  };
  /** `user_id` is null when the attempts were on an e-mail address that nobody has. */
  'user.locked': { readonly user_id: string | null; readonly ip_address: string | null; readonly locked_until: Date };
  /** Whoever keeps something of this person is to forget it too. */
  'user.erased': { readonly user_id: string };
}

/**
 * The new secret waits to be picked up; null: whoever rotated the key has it. The token that picks it up is a secret and
 * not stored with the event: it is added when the event is sent, if it still waits.
 */
export interface PickupPayload {
  /** Id of the secret. */
  readonly id: string;
  /** Whether this was told before, and nobody came. */
  readonly is_reminder: boolean;
}

/** Which key it is about: its id for life, and what its owner knows it by. */
export interface KeyPayload {
  readonly api_key_id: string;
  readonly owner_id: string;
  readonly name: string;
  /** What is safe to show of the current secret. */
  readonly key_prefix: string;
  readonly environment: string;
  readonly external_id: string | null;
}

/** Something that happened, on its way out. */
export type EventDraft = {
  readonly [Type in EventType]: {
    readonly type: Type;
    /** The person whose business it is; null: only the server's operators'. */
    readonly ownerId: string | null;
    readonly data: EventPayloads[Type];
  };
}[EventType];

/** What the event is about. Events about the same key, or person, reach a receiver in the order in which they happened. */
export function subjectOf({ data }: EventDraft): string | null {
  return 'api_key_id' in data ? data.api_key_id : data.user_id;
}
