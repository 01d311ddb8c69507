import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Role } from '../access/role.js';
import { ChangeFeed } from '../change-feed/change-feed.js';
import { InvalidationLog } from '../change-feed/invalidation-log.js';

/** More people than this with keys that call are read again now and then. */
const COUNT_MAX = 100_000;

/**
 * The roles of people whose keys call, kept for as long as nobody changes them: a service that verifies keys with a key of
 * its own costs no query for its owner. Whoever loses a role or is deactivated loses it here at once, as a key does.
 */
@Injectable()
export class OwnerRoles {
  private readonly roles = new Map<string, Role>();
  private readonly invalidations = new InvalidationLog();

  constructor(
    private readonly dataSource: DataSource,
    private readonly feed: ChangeFeed,
  ) {
    feed.onChange('user', (id) => {
      this.invalidations.note(id);
      if (id === null) this.roles.clear();
      else this.roles.delete(id);
    });
  }

  /** Undefined for whoever is no longer active. */
  async find(userId: string): Promise<Role | undefined> {
    const isTrusted = performance.now() < this.feed.trustedUntil;
    return (isTrusted ? this.roles.get(userId) : undefined) ?? (await this.read(userId));
  }

  /** Reads again when the person changed under the reading. */
  private async read(userId: string): Promise<Role | undefined> {
    for (;;) {
      const { found, isCurrent } = await this.invalidations.watch(
        () => this.dataSource.query<{ role: Role }[]>(ROLE_SQL, [userId]),
        () => userId,
      );
      if (!isCurrent) continue;
      const role = found[0]?.role;
      if (this.roles.size >= COUNT_MAX) this.roles.clear();
      if (role) this.roles.set(userId, role);
      return role;
    }
  }
}

const ROLE_SQL = `SELECT role FROM users WHERE id = $1 AND is_active`;
