import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { ErasurePiece } from '../erasure/erasure-part.js';
import { Erasures } from '../erasure/erasures.js';

/** Forgets what was noticed about the keys of somebody who is taken out, and how they were used: it says where from. */
@Injectable()
export class AnomalyErasure implements OnModuleInit {
  constructor(private readonly erasures: Erasures) {}

  onModuleInit(): void {
    this.erasures.add({ name: 'anomalies', piece: forgetAll });
  }
}

/** There is little of it: one piece. */
async function forgetAll(manager: EntityManager, userId: string): Promise<ErasurePiece> {
  // Whoever is watching would write what they remember once more.
  await manager.query('SELECT FROM anomaly_watch FOR UPDATE');
  let redacted = 0;
  for (const [table, whose] of Object.entries(WHOSE)) {
    const [, gone] = await manager.query<[unknown, number]>(`DELETE FROM ${table} WHERE ${whose}`, [userId]);
    redacted += gone;
  }
  return { redacted, next: null };
}

const OF_THEIR_KEYS = 'key_id IN (SELECT id FROM api_keys WHERE owner_id = $1)';
const WHOSE = {
  // First: who looks at the shape of a key holds its row, and writes of it into the others before letting go.
  watched_shapes: OF_THEIR_KEYS,
  anomalies: `owner_id = $1 OR ${OF_THEIR_KEYS}`,
  anomaly_mutes: OF_THEIR_KEYS,
  key_evidence: OF_THEIR_KEYS,
  shape_changes: OF_THEIR_KEYS,
  watched_keys: OF_THEIR_KEYS,
};
