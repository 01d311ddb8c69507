import { Injectable } from '@nestjs/common';
import { type EntityManager, In } from 'typeorm';
import { type Evidence } from '#domain';
import { Anomaly } from './anomaly.entity.js';
import { AnomalyBook, joinable } from './anomaly-book.js';
import { AnomalyBudget } from './anomaly-budget.js';
import { Announcements } from './announcements.js';
import { NOTHING_SAID, type Quiet } from './quiet.js';
import { keepWatchedKeys, readNobody, readWatchedKeys } from './watched-keys.js';

/** Alerts what was found about keys apart from the watch over their uses, as if the watch had found it. */
@Injectable()
export class KeyAlerts {
  constructor(
    private readonly announcements: Announcements,
    private readonly budget: AnomalyBudget,
  ) {}

  /**
   * @param found about each key, in order. Keys that cannot be used are left out: they are silent for a reason.
   * @param ofAll what is about all keys together, in order.
   */
  async note(
    manager: EntityManager,
    found: ReadonlyMap<string, readonly Evidence[]>,
    ofAll: readonly Evidence[],
    now: number,
  ): Promise<void> {
    const thresholds = await this.budget.thresholds(manager);
    const over = new Map<string, Evidence[]>();
    for (const [keyId, all] of found) {
      const worthSaying = all.filter(({ kind, e }) => e >= thresholds[kind]);
      if (worthSaying.length > 0) over.set(keyId, worthSaying);
    }
    if (over.size === 0 && ofAll.length === 0) return;
    // What was said about keys is the watch's to write.
    const [watch] = await manager.query<{ quiet: Quiet | null }[]>('SELECT quiet FROM anomaly_watch FOR UPDATE');
    let quietOfAll = watch?.quiet ?? NOTHING_SAID;
    const live = await manager.query<{ id: string }[]>(LIVE, [[...over.keys()], new Date(now)]);
    const firsts = new Map(live.map(({ id }) => [id, over.get(id)?.[0]?.at ?? now]));
    const keys = await readWatchedKeys(manager, firsts, now);
    const quiets = [quietOfAll, ...[...keys.values()].map(({ quiet }) => quiet)];
    const earliest = Math.min(...firsts.values(), ...ofAll.map(({ at }) => at));
    const book = new AnomalyBook(await joinableRows(manager, quiets, earliest), thresholds, now);
    for (const [keyId, key] of keys)
      for (const evidence of over.get(keyId) ?? []) key.quiet = book.note(key.subject, [evidence], key.quiet);
    await keepWatchedKeys(manager, keys.values());
    const nobody = await readNobody(manager, now);
    for (const evidence of ofAll) quietOfAll = book.note(nobody, [evidence], quietOfAll);
    await manager.query('UPDATE anomaly_watch SET quiet = $1', [JSON.stringify(quietOfAll)]);
    await this.announcements.write(manager, book);
  }
}

/** The anomalies that evidence from this moment on may join. */
export async function joinableRows(manager: EntityManager, quiets: readonly Quiet[], at: number): Promise<Anomaly[]> {
  const ids = quiets.flatMap((quiet) => joinable(quiet, at));
  if (ids.length === 0) return [];
  return manager.find(Anomaly, { where: { id: In(ids) }, lock: { mode: 'pessimistic_write' } });
}

/** $1 keys, $2 now. */
const LIVE = `
  SELECT id FROM api_keys WHERE id = ANY ($1::uuid[]) AND state = 'active' AND (expires_at IS NULL OR expires_at > $2)`;
