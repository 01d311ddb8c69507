import { Injectable } from '@nestjs/common';
import { covers } from '#domain';
import type { LogEntryDto } from '../../audit/log-entry.dto.js';
import type { Browsing } from '../../auth/browser-sessions.js';
import { Users } from '../../auth/users.js';
import { ApiKeyStore } from '../../keys/api-key-store.js';

/** What the ids in the log are called. */
export interface NamesInLog {
  readonly keys: ReadonlyMap<string, string>;
  readonly people: ReadonlyMap<string, string>;
}

@Injectable()
export class LogNames {
  constructor(
    private readonly keys: ApiKeyStore,
    private readonly users: Users,
  ) {}

  /** Of people, others than oneself have names for those only who may see the list of them. */
  async of(
    { person, username }: Browsing,
    entries: readonly Pick<LogEntryDto, 'api_key_id' | 'user_id'>[],
  ): Promise<NamesInLog> {
    const others = entries.flatMap(({ user_id: id }) => (id === person.userId ? [] : id));
    const [keys, people] = await Promise.all([
      this.keys.namesOf(entries.map(({ api_key_id }) => api_key_id)),
      covers(person.scopes, 'akm:users:read') ? this.users.namesOf(others) : [],
    ]);
    return { keys, people: new Map([...people, [person.userId, username]]) };
  }
}
