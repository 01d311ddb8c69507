import { setTimeout as pause } from 'node:timers/promises';
import { Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import pg from 'pg';
import { Bell } from './bell.js';
import { changeOfPayload } from './change.js';
import { ChangeFeed, type FeedStatus } from './change-feed.js';
import { FeedReader } from './feed-reader.js';
import { RecentMax } from './recent-max.js';

/** From the start of one reading to the start of the next, when nobody rings before. */
const READ_EVERY_MS = 250;
/** Three readings in a row may fail before what is cached is no longer trusted. */
const LEASE_MS = 1_000;
/** An answer that takes longer is as good as none. */
const PATIENCE_MS = 2_000;
/** Longer than from one scrape to the next, or a lag would come and go unseen. */
const LAG_KEPT_MS = 60_000;
const PAUSE_MS = { first: 50, last: 1_000 };

/**
 * The feed of a server that others write to as well. It has one connection of its own, on which it listens and reads: a
 * busy pool cannot keep it waiting. What a notification says is told at once, which is a round trip earlier; but notifications
 * are lost with their connection and readings are not, so what is trusted rests on readings alone. One follows every
 * notification, and every 250 ms in any case. What is told twice is read from the database once more.
 */
export class ServerChangeFeed extends ChangeFeed implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('ChangeFeed');
  /** Of the connection there is, or of the last one. */
  private bell = new Bell();
  private readonly reader = new FeedReader();
  private readBeganAt = -Infinity;
  private readonly recentLagMs = new RecentMax(LAG_KEPT_MS);
  private isBroken = false;
  private readonly stopping = new AbortController();
  private following: Promise<void> = Promise.resolve();

  constructor(private readonly url: string) {
    super();
  }

  get trustedUntil(): number {
    return this.readBeganAt + LEASE_MS;
  }

  get status(): FeedStatus {
    const ageMs = Math.round(performance.now() - this.readBeganAt);
    return { mode: 'server', ageMs: Number.isFinite(ageMs) ? ageMs : null, lagMs: this.recentLagMs.value };
  }

  onModuleInit(): void {
    this.following = this.follow();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    this.bell.ring();
    await this.following;
  }

  /** Never rejects: a connection that breaks is replaced, and what was committed meanwhile is read then. */
  private async follow(): Promise<void> {
    let pauseMs = PAUSE_MS.first;
    while (!this.stopping.signal.aborted) {
      const before = this.readBeganAt;
      await this.followOnce().catch(this.broke);
      pauseMs = this.readBeganAt > before ? PAUSE_MS.first : Math.min(2 * pauseMs, PAUSE_MS.last);
      await pause(pauseMs, undefined, { signal: this.stopping.signal }).catch(() => undefined);
    }
  }

  /** Follows on one connection, for as long as it lasts. */
  private async followOnce(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.url,
      application_name: 'akm change feed',
      keepAlive: true,
      connectionTimeoutMillis: PATIENCE_MS,
      query_timeout: PATIENCE_MS,
    });
    const bell = new Bell();
    this.bell = bell;
    const ring = () => {
      bell.ring();
    };
    client.on('notification', ({ payload = '' }) => {
      this.tell(changeOfPayload(payload));
      ring();
    });
    // A broken connection is noticed at once, by the reading that this wakes.
    client.on('error', ring).on('end', ring);
    try {
      await client.connect();
      await client.query('LISTEN change_feed');
      while (!this.stopping.signal.aborted) {
        await this.read(client);
        await bell.heard(READ_EVERY_MS);
      }
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  private async read(client: pg.Client): Promise<void> {
    const beganAt = performance.now();
    const { changes, lagMs } = await this.reader.read(client);
    if (lagMs !== null) {
      this.recentLagMs.observe(lagMs);
      this.lags.observe(Math.round(lagMs * 1000));
    }
    for (const change of changes) this.tell(change);
    // Only now: what was found is told by the time it counts as known.
    this.readBeganAt = beganAt;
    if (this.isBroken) this.logger.log('The change feed is back');
    this.isBroken = false;
  }

  private readonly broke = (error: unknown): void => {
    if (this.isBroken || this.stopping.signal.aborted) return;
    this.isBroken = true;
    this.logger.warn(`The change feed is away, and every use of a key asks the database: ${String(error)}`);
  };
}
