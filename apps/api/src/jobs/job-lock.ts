import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Config } from '../config/config.js';

/**
 * Lets one instance at a time run a job. On a server it is an advisory lock of a connection of its own, which PostgreSQL
 * frees when the process or its network goes away; embedded there is one process, and nothing to lock.
 */
@Injectable()
export class JobLock {
  private readonly isShared: boolean;

  constructor(
    private readonly dataSource: DataSource,
    config: Config,
  ) {
    this.isShared = config.database.url !== null;
  }

  /** @returns undefined, without having called `work`, when another instance holds the lock. */
  async whileHeld<T>(name: string, work: () => Promise<T>): Promise<T | undefined> {
    if (!this.isShared) return work();
    const connection = this.dataSource.createQueryRunner();
    try {
      const [row] = (await connection.query('SELECT pg_try_advisory_lock($1, $2) AS held', keysOf(name))) as {
        held: boolean;
      }[];
      if (!row?.held) return undefined;
      try {
        return await work();
      } finally {
        await connection.query('SELECT pg_advisory_unlock($1, $2)', keysOf(name));
      }
    } finally {
      await connection.release();
    }
  }
}

/** "jobs" in ASCII, so that no other lock of akm is meant, and the name. */
function keysOf(name: string): [number, number] {
  return [0x6a_6f_62_73, createHash('sha256').update(name).digest().readInt32BE(0)];
}
