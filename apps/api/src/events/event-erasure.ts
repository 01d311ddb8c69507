import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { ErasurePiece } from '../erasure/erasure-part.js';
import { Erasures } from '../erasure/erasures.js';

const PIECE = 500;

/** Takes a person out of events that were told or wait to be told: what happened to which key is still told. */
@Injectable()
export class EventErasure implements OnModuleInit {
  constructor(private readonly erasures: Erasures) {}

  onModuleInit(): void {
    this.erasures.add({ name: 'events', piece });
  }
}

/** @param after the position up to which everything is done. */
async function piece(manager: EntityManager, userId: string, after: string | null): Promise<ErasurePiece> {
  const events = await manager.query<{ id: string; position: string; data: Record<string, unknown> }[]>(FIND, [
    userId,
    after ?? '0',
    PIECE,
  ]);
  const personal = events.filter(({ data }) =>
    Object.entries(WITHOUT).some(([name, value]) => differs(data, name, value)),
  );
  const data = personal.map((event) => JSON.stringify(impersonal(event.data)));
  if (personal.length > 0) await manager.query(REWRITE, [personal.map(({ id }) => id), data]);
  return { redacted: personal.length, next: events.length < PIECE ? null : (events.at(-1)?.position ?? null) };
}

/** What stands in place of what people chose, and of where they were. */
const WITHOUT: Readonly<Record<string, string | null>> = {
  name: 'erased',
  external_id: null,
  ip_address: null,
  description: 'erased',
};

function differs(data: Record<string, unknown>, name: string, value: string | null): boolean {
  return name in data && data[name] !== value;
}

/** With its members in their order. */
function impersonal(data: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => [name, name in WITHOUT ? WITHOUT[name] : value]),
  );
}

const FIND = `
  SELECT id, position, data FROM outgoing_events
  WHERE (owner_id = $1 OR subject_id = $1) AND position > $2 ORDER BY position LIMIT $3 FOR UPDATE`;

const REWRITE = `
  UPDATE outgoing_events AS event SET data = given.data::json
  FROM unnest($1::uuid[], $2::text[]) AS given (id, data) WHERE event.id = given.id`;
