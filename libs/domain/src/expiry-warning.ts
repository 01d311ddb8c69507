/** How many days before its expiry the owner of a key is warned, unless the installation adds a moment of its own. */
export const WARNING_DAYS: readonly number[] = [30, 14, 7, 1];

const DAY_MS = 86_400_000;

/** What is known of a key that expires. Moments in milliseconds since the epoch. */
export interface ExpiringKey {
  readonly expiresAt: number;
  /** When it was made: a key that lives for a week is not warned of its last thirty days on its first. */
  readonly createdAt: number;
}

/**
 * The warning that is due: the nearest one whose day has come, in days before the expiry; null when none is. Of several
 * that were missed only the nearest is worth giving. The same answer is given until the next day comes, so the caller
 * must remember what was sent for which expiry.
 */
export function warningDue(key: ExpiringKey, days: readonly number[], now: number): number | null {
  if (now >= key.expiresAt) return null;
  const come = days.filter((day) => {
    const moment = key.expiresAt - day * DAY_MS;
    return moment <= now && moment > key.createdAt;
  });
  return come.length === 0 ? null : Math.min(...come);
}
