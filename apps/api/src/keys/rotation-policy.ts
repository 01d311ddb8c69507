import { nextRotationAt, type RotatingKey, type RotationPolicy } from '#domain';
import { problem } from '#problems';
import type { KeysConfig } from '../config/config.js';
import type { ApiKey } from './api-key.entity.js';
import type { ApiKeySecret } from './api-key-secret.entity.js';
import type { PendingPickupDto, RotationPolicyDto, ShownRotationPolicyDto } from './rotation.dto.js';

type PolicyColumns = Pick<ApiKey, 'rotateEveryDays' | 'rotationGraceHours'>;

interface KeyWithSecrets {
  readonly key: ApiKey;
  /** Newest first. */
  readonly secrets: readonly ApiKeySecret[];
}

/**
 * What a request says of rotation, as columns: absent stays absent, null clears.
 * @throws Problem VALIDATION_FAILED for a grace that the next rotation would cut short.
 */
export function rotationColumns(said: RotationPolicyDto | null | undefined): Partial<PolicyColumns> {
  if (said === undefined) return {};
  if (said === null) return { rotateEveryDays: null, rotationGraceHours: null };
  if (said.grace_hours > said.every_days * DAY_HOURS) {
    const message = 'grace_hours must not be longer than every_days';
    throw problem('VALIDATION_FAILED', { errors: [{ field: 'rotation.grace_hours', message }] });
  }
  return { rotateEveryDays: said.every_days, rotationGraceHours: said.grace_hours };
}

export function policyOf({ rotateEveryDays, rotationGraceHours }: PolicyColumns): RotationPolicy | null {
  if (rotateEveryDays === null || rotationGraceHours === null) return null;
  return { everyDays: rotateEveryDays, graceHours: rotationGraceHours };
}

/** A key as the rule of rotation sees it. */
export function rotatingKeyOf({ key, secrets }: KeyWithSecrets): RotatingKey {
  return {
    state: key.state,
    policy: policyOf(key),
    secretSince: (secrets[0]?.createdAt ?? key.createdAt).getTime(),
    expiresAt: key.expiresAt?.getTime() ?? null,
  };
}

export function rotationView(record: KeyWithSecrets, config: KeysConfig): ShownRotationPolicyDto | null {
  const policy = policyOf(record.key);
  if (policy === null) return null;
  const next_rotation_at = nextRotation(record, config);
  return { every_days: policy.everyDays, grace_hours: policy.graceHours, next_rotation_at };
}

export function pendingPickupView(
  record: KeyWithSecrets & { readonly waitingSince: Date | null },
  config: KeysConfig,
): PendingPickupDto | null {
  return record.waitingSince && { since: record.waitingSince, until: nextRotation(record, config) };
}

function nextRotation(record: KeyWithSecrets, { isAutoRotationOn }: KeysConfig): Date | null {
  const at = isAutoRotationOn ? nextRotationAt(rotatingKeyOf(record)) : null;
  return at === null ? null : new Date(at);
}

const DAY_HOURS = 24;
