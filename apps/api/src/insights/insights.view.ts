import type { KeyNeedingRotationDto, MeantKeyDto, RotationReason } from './insights.dto.js';
import type { ReviewedKey } from './key-review.js';
import type { ReviewParams } from './key-review.sql.js';
import { rotate } from './recommendation.js';

export function meantKey({ id, name, display, owner_id }: ReviewedKey): MeantKeyDto {
  return { key_id: id, key_name: name, key_prefix: display, owner_id };
}

/** A key of the list `needs_rotation`. */
export function rotationView(key: ReviewedKey, params: ReviewParams): KeyNeedingRotationDto {
  const reasons = reasonsOf(key, params);
  const since = Math.min(...reasons.values());
  return {
    ...meantKey(key),
    reasons: [...reasons.keys()],
    secret_since: key.secret_since,
    since: new Date(since),
    call: rotate(key),
  };
}

/** Each with the moment since when it holds. */
function reasonsOf(key: ReviewedKey, params: ReviewParams): Map<RotationReason, number> {
  const { now, oldBefore, expiringBy } = params;
  const { secret_since: madeAt, rotation_at: rotationAt, expires_at: expiresAt } = key;
  const reasons = new Map<RotationReason, number>();
  if (rotationAt && rotationAt <= now && (!expiresAt || rotationAt < expiresAt))
    reasons.set('policy', rotationAt.getTime());
  if (madeAt <= oldBefore) reasons.set('age', madeAt.getTime() + (now.getTime() - oldBefore.getTime()));
  if (expiresAt && expiresAt <= expiringBy) {
    reasons.set('expiry', expiresAt.getTime() - (expiringBy.getTime() - now.getTime()));
  }
  return reasons;
}
