import { Injectable } from '@nestjs/common';
import { covers, grantedIn, type PermissionQuery, type VerdictCode } from '#domain';
import type { VerifiedKey } from '#guards';
import { NO_PERMISSION } from '../../usage/asked-permission.entity.js';
import { UsageRecorder } from '../../usage/usage-recorder.js';
import type { KnownKey } from './known-key.js';

const DAY_MS = 86_400_000;
/** 15 MB if each of them asked for ten. Of the others, what they ask for is recorded more often than once a day. */
const KEYS_MAX = 50_000;
/** Below a wildcard there is no end of permissions: from so many on, the wildcard is recorded in their place. */
const PERMISSIONS_MAX = 64;

/**
 * Which permissions were asked of which keys today, as far as this process has recorded it. A use carries what is not among
 * them, so that nearly all carry nothing. What is forgotten here, by a restart or for want of room, is recorded again; what
 * may not have come to the disk is forgotten.
 */
@Injectable()
export class AskedPermissions {
  private recorded = new Map<string, string[]>();
  private today = NaN;
  private lost = 0;

  constructor(private readonly usage: UsageRecorder) {}

  /**
   * What is to be recorded with this use; null: nothing. It is taken for recorded from then on.
   * @param now milliseconds since the epoch.
   */
  newIn(code: VerdictCode, known: KnownKey, required: PermissionQuery | undefined, now: number): string[] | null {
    if (!PAST_PERMISSIONS.has(code)) return null;
    if (!(now - this.today < DAY_MS && now >= this.today) || this.usage.dropped !== this.lost) this.begin(now);
    const { asked, key } = known;
    // Mostly a key is asked for the same as before, and to look that up among all keys takes as long as its limits.
    if (asked !== null && asked.records === this.recorded && asked.required === required) return null;
    const recorded = this.recorded.get(key.id);
    if (recorded === undefined || !isRecorded(recorded, key.permissions, required)) return this.record(key, required);
    known.asked = { records: this.recorded, required };
    return null;
  }

  private begin(now: number): void {
    this.recorded = new Map();
    this.today = Math.floor(now / DAY_MS) * DAY_MS;
    this.lost = this.usage.dropped;
  }

  private record({ id, permissions }: VerifiedKey, required: PermissionQuery | undefined): string[] | null {
    const recorded = this.recorded.get(id) ?? this.room(id);
    const asked = required === undefined ? [] : grantedIn(permissions, required);
    const told = (asked.length === 0 ? [NO_PERMISSION] : asked).flatMap((permission) =>
      recorded.length < PERMISSIONS_MAX || permission === NO_PERMISSION || permissions.includes(permission)
        ? permission
        : permissions.filter((granted) => covers([granted], permission)),
    );
    const fresh = [...new Set(told)].filter((permission) => !recorded.includes(permission));
    recorded.push(...fresh);
    return fresh.length === 0 ? null : fresh;
  }

  private room(id: string): string[] {
    for (const oldest of this.recorded.keys()) {
      if (this.recorded.size < KEYS_MAX) break;
      this.recorded.delete(oldest);
    }
    const recorded: string[] = [];
    this.recorded.set(id, recorded);
    return recorded;
  }
}

/** The verdicts on uses that had the permissions they asked for. */
const PAST_PERMISSIONS: ReadonlySet<VerdictCode> = new Set<VerdictCode>(['VALID', 'USAGE_EXCEEDED', 'RATE_LIMITED']);

/** Asked of every use, and so without a list of what it asks for. */
function isRecorded(
  recorded: readonly string[],
  granted: readonly string[],
  required: PermissionQuery | undefined,
): boolean {
  if (required === undefined) return recorded.includes(NO_PERMISSION);
  if (required.kind === 'permission')
    return recorded.includes(required.permission) || !covers(granted, required.permission);
  if (required.of.length === 0) return recorded.includes(NO_PERMISSION);
  return required.of.every((part) => isRecorded(recorded, granted, part));
}
