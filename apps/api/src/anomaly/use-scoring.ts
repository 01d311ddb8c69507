import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import {
  Clock,
  decodePool,
  encodePool,
  type Evidence,
  initialPool,
  type Pool,
  stuffing,
  type StuffingState,
} from '#domain';
import { Origins } from '../geo/origins.js';
import { inTransaction } from '../database/transaction.js';
import { AnomalyBook, type Subject } from './anomaly-book.js';
import { AnomalyBudget } from './anomaly-budget.js';
import { Announcements } from './announcements.js';
import { EvidenceTally } from './evidence-tally.js';
import { joinableRows } from './key-alerts.js';
import { NOTHING_SAID, type Quiet } from './quiet.js';
import { readUseRuns, type UseRun } from './use-runs.js';
import { keepWatchedKeys, readNobody, readWatchedKeys, type WatchedKeyRecord } from './watched-keys.js';
import { numberOf, type Whereabouts, whereaboutsOf } from './whereabouts.js';

/** Runs that are looked at in one turn of the event loop: those who verify keys in between wait a millisecond. */
const RUNS_A_TURN = 100;
/** How far ahead of ours the clock of another instance may be. What is further ahead is wrong, and would be for ever. */
const AHEAD_MS_MAX = 3_600_000;

/**
 * Shows the uses of keys to the detectors in the order of the log. States, position, anomalies and what is told of them
 * are committed together: each use is looked at once, by whichever instance, however often one of them is killed, and the
 * same uses end in the same anomalies.
 */
@Injectable()
export class UseScoring {
  private readonly logger = new Logger('Anomaly');

  constructor(
    private readonly dataSource: DataSource,
    private readonly announcements: Announcements,
    private readonly budget: AnomalyBudget,
    private readonly origins: Origins,
    private readonly clock: Clock,
  ) {}

  /**
   * Looks at the next uses, at most `places` of the log. What is remembered of a key is read and written once a turn,
   * however often it was used, and that is most of the work: the more places, the less work for each.
   * @returns whether there are more.
   */
  async score(places: number): Promise<boolean> {
    const [log] = await this.dataSource.query<{ isBehind: boolean }[]>(IS_BEHIND);
    if (log?.isBehind !== true) return false;
    await this.origins.refresh();
    return inTransaction(this.dataSource, (manager) => this.turn(manager, places));
  }

  private async turn(manager: EntityManager, places: number): Promise<boolean> {
    const watch = await lockWatch(manager);
    // Another instance is at it.
    if (watch === undefined) return false;
    const until = Math.min(watch.size, watch.position + places);
    const runs = await readUseRuns(manager, watch.position, until);
    if (runs.length > 0) await this.look(manager, watch, runs);
    await manager.query('UPDATE anomaly_watch SET position = $1, pool = $2, stuffing = $3, quiet = $4', [
      until,
      encodePool(watch.pool),
      stuffing.encode(watch.stuffing),
      JSON.stringify(watch.quiet),
    ]);
    return until < watch.size;
  }

  private async look(manager: EntityManager, watch: Watch, runs: readonly UseRun[]): Promise<void> {
    const now = this.clock.now();
    const seen = runs.map((run) => inTime(run, now + AHEAD_MS_MAX));
    const keys = await readWatchedKeys(manager, firstUsesOf(seen), now);
    this.tellOfNewBeginnings(keys);
    const quiets = [watch.quiet, ...[...keys.values()].map(({ quiet }) => quiet)];
    const thresholds = await this.budget.thresholds(manager);
    const earliest = Math.min(...seen.map(({ first_at: at }) => at));
    const book = new AnomalyBook(await joinableRows(manager, quiets, earliest), thresholds, now);
    const nobody = await readNobody(manager, now);
    const tally = new EvidenceTally();
    for (const [index, run] of seen.entries()) {
      if (index > 0 && index % RUNS_A_TURN === 0) await turnOfTheLoop();
      const from = whereaboutsOf(run.address, run.user_agent, this.origins.of(run.address));
      if (run.key_id === null) watch.quiet = noteUnknownKey(book, nobody, watch, run, from);
      else noteUses(book, tally, keys.get(run.key_id), watch.pool, run, from);
    }
    await keepWatchedKeys(manager, keys.values());
    await tally.keep(manager);
    await this.announcements.write(manager, book);
  }

  private tellOfNewBeginnings(keys: ReadonlyMap<string, WatchedKeyRecord>): void {
    const anew = [...keys.values()].filter(({ watcher }) => watcher.begunAnew.length > 0);
    if (anew.length === 0) return;
    const kinds = [...new Set(anew.flatMap(({ watcher }) => watcher.begunAnew))].join(', ');
    this.logger.warn(`What was remembered of ${anew.length} keys is of another version: ${kinds} begins to learn anew`);
  }
}

/** What there is one of, and how it was at the last turn. */
interface Watch {
  readonly position: number;
  readonly size: number;
  readonly pool: Pool;
  readonly stuffing: StuffingState;
  quiet: Quiet;
}

interface WatchRow {
  readonly position: string;
  readonly size: string;
  readonly pool: Buffer | null;
  readonly stuffing: Buffer | null;
  readonly quiet: Quiet | null;
}

async function lockWatch(manager: EntityManager): Promise<Watch | undefined> {
  const [row] = await manager.query<WatchRow[]>(LOCK_WATCH);
  if (row === undefined) return undefined;
  return {
    position: Number(row.position),
    size: Number(row.size),
    pool: (row.pool && decodePool(row.pool)) ?? initialPool(),
    stuffing: (row.stuffing && stuffing.decode(row.stuffing)) ?? stuffing.init(0),
    quiet: row.quiet ?? NOTHING_SAID,
  };
}

const IS_BEHIND = `SELECT position < size AS "isBehind" FROM anomaly_watch, audit_tree`;

/** The log is whole up to the size of its tree: who makes it grow holds the lock of the tree until they have committed. */
const LOCK_WATCH = `
  SELECT position, size, pool, stuffing, quiet FROM anomaly_watch, audit_tree FOR UPDATE OF anomaly_watch SKIP LOCKED`;

function inTime(run: UseRun, latest: number): UseRun {
  return run.last_at <= latest
    ? run
    : { ...run, first_at: Math.min(run.first_at, latest), last_at: Math.min(run.last_at, latest) };
}

function firstUsesOf(runs: readonly UseRun[]): Map<string, number> {
  const first = new Map<string, number>();
  for (const { key_id: id, first_at: at } of runs) if (id !== null && !first.has(id)) first.set(id, at);
  return first;
}

function noteUses(
  book: AnomalyBook,
  tally: EvidenceTally,
  key: WatchedKeyRecord | undefined,
  pool: Pool,
  run: UseRun,
  from: Whereabouts,
): void {
  if (key === undefined) return;
  for (const evidence of key.watcher.see(run, from, pool)) {
    tally.note(run.key_id ?? '', evidence);
    key.quiet = book.note(
      key.subject,
      evidence.map((each) => told(each, from)),
      key.quiet,
    );
  }
}

function noteUnknownKey(book: AnomalyBook, nobody: Subject, watch: Watch, run: UseRun, from: Whereabouts): Quiet {
  const at = Math.max(run.first_at, watch.stuffing.bucket * BUCKET_MS);
  const key = Number.parseInt(run.presented.slice(0, 8), 16);
  const evidence = stuffing.step(
    watch.stuffing,
    { at, network: numberOf(from.network ?? run.address), key },
    watch.pool,
  );
  return evidence === null ? watch.quiet : book.note(nobody, [told(evidence, from)], watch.quiet);
}

const BUCKET_MS = 300_000;

/** The evidence with what whoever reads of it asks first: from where, and with what. */
function told(evidence: Evidence, { network, client, hints }: Whereabouts): Evidence {
  const where = { ...(network !== null && { fromNetwork: network }), ...(client !== null && { client }) };
  return { ...evidence, facts: { ...evidence.facts, ...where, ...hints } };
}
