import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock, type Response } from '#domain';
import { problem } from '#problems';
import { inTransaction } from '../../database/transaction.js';
import { managesAllKeys } from '../../keys/api-key-access.js';
import { ApiKeyChange, type Change } from '../../keys/api-key-change.js';
import type { ApiKey } from '../../keys/api-key.entity.js';
import { keyPayload } from '../../keys/key-payload.js';
import type { AnomalyRequest } from '../anomalies.service.js';
import { Anomaly } from '../anomaly.entity.js';

/** Takes back what was done about an alert: who may enable the key may do that. */
@Injectable()
export class ResponseUndo {
  constructor(
    private readonly dataSource: DataSource,
    private readonly keys: ApiKeyChange,
    private readonly clock: Clock,
  ) {}

  /** @throws Problem NOT_FOUND, or CONFLICT when there is nothing to undo, or no longer. */
  undo({ caller, origin, id }: AnomalyRequest): Promise<Anomaly> {
    return inTransaction(this.dataSource, async (manager) => {
      const anomaly = await manager.findOne(Anomaly, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!anomaly || !(anomaly.ownerId === caller.userId || managesAllKeys(caller))) throw problem('NOT_FOUND');
      const now = this.clock.now();
      const response = standing(anomaly);
      if (!response || anomaly.keyId === null) throw problem('CONFLICT', { detail: NOTHING_DONE });
      if (now >= response.until) throw problem('CONFLICT', { detail: TOO_LATE });
      const subject = { id: anomaly.keyId, by: { caller, origin } };
      const undone = await this.keys.applyWithin(manager, subject, ({ key }) =>
        isStillSo(key, anomaly.id, response) ? undoing(anomaly.id, response) : undefined,
      );
      if (!undone) throw problem('CONFLICT', { detail: CHANGED_SINCE });
      anomaly.undoneAt = new Date(now);
      await manager.query(UNDONE, [anomaly.undoneAt, id, anomaly.keyId, now]);
      return anomaly;
    });
  }
}

/** $1 now, $2 the anomaly, $3 its key, $4 now in ms: a throttle because of another one ends too, if it has not by itself. */
const UNDONE = `
  UPDATE anomalies SET undone_at = $1
  WHERE id = $2
    OR (key_id = $3 AND undone_at IS NULL AND action_taken = 'throttled' AND (response ->> 'until')::float8 > $4)`;

type Done = Extract<Response, { kind: 'suspended' | 'throttled' }>;

const NOTHING_DONE = 'Nothing was done to the key because of this anomaly, or it was undone already.';
const TOO_LATE = 'This was too long ago to be undone: a throttle has ended by itself, and a key is enabled by hand.';
const CHANGED_SINCE = 'Somebody has changed the key by hand since.';

/** What was done and not undone. */
export function standing({ response, undoneAt }: Pick<Anomaly, 'response' | 'undoneAt'>): Done | undefined {
  if (undoneAt !== null || response === null || response.kind === 'notified' || response.kind === 'withheld')
    return undefined;
  return response.isDryRun ? undefined : response;
}

/** Whether it was this that was done to the key last, and not something that somebody has done by hand. */
function isStillSo({ suspendedBy, throttledUntil }: ApiKey, anomalyId: string, response: Done): boolean {
  return response.kind === 'suspended' ? suspendedBy === anomalyId : throttledUntil?.getTime() === response.until;
}

/** Somebody who trusts the key trusts it altogether. */
const UNTHROTTLED = { throttlePerMinute: null, throttledUntil: null };

function undoing(anomalyId: string, { kind }: Done): Change {
  const isSuspended = kind === 'suspended';
  return {
    action: isSuspended ? 'enable' : 'update',
    audited: 'api_key_restored',
    statusCode: 200,
    columns: { ...(isSuspended && { state: 'active', suspendedBy: null }), ...UNTHROTTLED },
    metadata: { anomaly_id: anomalyId, was: kind },
    event: (after) => ({
      type: 'key.restored',
      ownerId: after.key.ownerId,
      data: { ...keyPayload(after), anomaly_id: anomalyId, was: kind },
    }),
  };
}
