import { IsWholeNumber } from '../http/whole-number.decorator.js';

/** Rotation by itself. */
export class RotationPolicyDto {
  /** Days from one secret to the next, by hand or not.
   * @example 30 */
  @IsWholeNumber(1, 365)
  every_days: number;

  /** How long the secret before still works: not longer than the period, and not 0, since nobody has the new one yet.
   * @example 24 */
  @IsWholeNumber(1, 168)
  grace_hours: number;
}

export class ShownRotationPolicyDto extends RotationPolicyDto {
  /** When the next secret is made; in the past: within the minute. Null: as things stand, never.
   * @example 2026-12-22T14:00:00.000Z */
  next_rotation_at: Date | null;
}

/** A new secret that nobody has picked up yet. */
export class PendingPickupDto {
  /** When it was made.
   * @example 2026-12-22T14:00:00.000Z */
  since: Date;

  /** When the next rotation replaces it; null: it waits for as long as it takes.
   * @example 2027-01-21T14:00:00.000Z */
  until: Date | null;
}
