import type { OnModuleInit } from '@nestjs/common';
import type { ClientBase, Pool } from 'pg';
import type { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { changeOfPayload } from './change.js';
import { ChangeFeed, type FeedStatus } from './change-feed.js';

/**
 * The feed of the embedded database. Everything that changes it goes through the one connection of this process, and that
 * connection is told of a commit in the very answer to it: whoever awaits a statement finds its changes told. So nothing
 * is ever read, and nothing can be missed.
 *
 * To listen is state of a session, which pooled connections otherwise never have. It is safe here: the pool gives out no
 * connection before it listens, and while it holds none, nothing can change.
 */
export class EmbeddedChangeFeed extends ChangeFeed implements OnModuleInit {
  readonly trustedUntil = Infinity;
  readonly status: FeedStatus = { mode: 'embedded', ageMs: 0, lagMs: 0 };

  constructor(private readonly dataSource: DataSource) {
    super();
  }

  async onModuleInit(): Promise<void> {
    const pool = (this.dataSource.driver as PostgresDriver).master as Pool;
    // The pool waits for it, which its types do not say.
    Object.assign(pool.options, { onConnect: this.listen });
    const client = await pool.connect();
    try {
      await this.listen(client);
    } finally {
      client.release();
    }
  }

  private readonly listen = async (client: ClientBase): Promise<void> => {
    client.on('notification', ({ payload = '' }) => {
      this.tell(changeOfPayload(payload));
    });
    await client.query('LISTEN change_feed');
  };
}
