import type { EntityManager } from 'typeorm';
import { problem } from '#problems';

/**
 * The administrators who can act, locked until the end of the transaction: of two that take each other's role away at
 * once, the second waits here and then sees that it is alone. Whom it is about is locked in the same order of ids, even
 * if no administrator: a row that stopped being one while it was waited for stays locked, and locked a second time from
 * the other end it would close a ring.
 */
export async function lockActingAdmins(manager: EntityManager, subject: string): Promise<ActingAdmins> {
  const locked = await manager.query<{ id: string; acts: boolean }[]>(
    `SELECT id, role = 'admin' AND is_active AS acts FROM users
     WHERE (role = 'admin' AND is_active) OR id = $1 ORDER BY id FOR UPDATE`,
    [subject],
  );
  const ids = locked.filter(({ acts }) => acts).map(({ id }) => id);
  return {
    spare: (id) => {
      if (ids.length === 1 && ids[0] === id) throw problem('LAST_ADMIN');
    },
  };
}

export interface ActingAdmins {
  /** @throws Problem LAST_ADMIN when nobody could administer the server without this one. */
  readonly spare: (id: string) => void;
}
