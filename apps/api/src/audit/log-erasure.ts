import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type ChangeEntry, commitmentOf, encodeEntry, type UseEntry } from '#domain';
import type { ErasurePiece } from '../erasure/erasure-part.js';
import { Erasures } from '../erasure/erasures.js';
import { forgetInBitmaps, mendBitmaps } from './bitmap-erasure.js';
import { placedEntry, SEALED_ROWS, type SealedRow } from './sealed-row.js';
import { forgetAgents } from './used-agents.js';

/** So few that whoever stores uses meanwhile waits for a moment only. */
const PIECE = 250;

/**
 * Takes a person out of the log: what its entries say of them goes, with the salt that hid it, and the commitment to it
 * stays, so that each leaf of the tree is what it was. What has no place in the tree yet gets its leaf without them.
 */
@Injectable()
export class LogErasure implements OnModuleInit {
  constructor(private readonly erasures: Erasures) {}

  onModuleInit(): void {
    for (const kind of ['change', 'use'] as const)
      this.erasures.add({ name: `log: ${kind}s`, piece: (...piece) => redact(kind, ...piece) });
    this.erasures.add({ name: 'log: bitmaps', piece: mendBitmaps });
  }
}

/** @param after the time, in milliseconds, before which everything is done. */
async function redact(
  kind: 'change' | 'use',
  manager: EntityManager,
  userId: string,
  after: string | null,
): Promise<ErasurePiece> {
  const rows = await manager.query<PersonalRow[]>(FIND[kind], [userId, new Date(Number(after ?? 0)), PIECE]);
  if (rows.length === 0) return { redacted: 0, next: null };
  const commitments = rows.map((row) => {
    const { entry, salt } = placedEntry(kind, row);
    return salt && commitmentOf(encodeEntry(entry).personal, salt);
  });
  const times = rows.map(({ at }) => new Date(at));
  await manager.query(REDACT[kind], [rows.map(({ id }) => id), times, commitments]);
  if (kind === 'use') {
    await forgetAgents(manager, rows);
    await forgetInBitmaps(manager, rows);
  }
  return { redacted: rows.length, next: rows.length < PIECE ? null : String(rows.at(-1)?.at) };
}

type PersonalRow = SealedRow<ChangeEntry> & SealedRow<UseEntry>;

/** The columns of which a person is taken out, with the salt. */
const PERSONAL = {
  change: ['ip_address', 'user_agent', 'error_message', 'metadata', 'salt'],
  use: ['ip_address', 'user_agent', 'salt'],
} as const;

/** Whose entries those are: who did something, and whose key it was done to or with. */
const ABOUT = {
  change: '(user_id = $1 OR api_key_id = ANY (ARRAY(SELECT id FROM api_keys WHERE owner_id = $1)))',
  use: 'owner_id = $1',
} as const;

/**
 * $1 who, $2 from when on, $3 how many. An entry that has a commitment already and says something all the same was
 * tampered with: that is not wiped away.
 */
function findStatement(kind: 'change' | 'use'): string {
  const { table, columns } = SEALED_ROWS[kind];
  const isPersonal = PERSONAL[kind].map((column) => `${column} IS NOT NULL`).join(' OR ');
  return `
    SELECT ${columns} FROM ${table}
    WHERE ${ABOUT[kind]} AND ${table}.timestamp >= $2 AND commitment IS NULL AND (${isPersonal})
    ORDER BY ${table}.timestamp, id LIMIT $3 FOR UPDATE`;
}

/** $1 ids, $2 times, $3 commitments. */
function redactStatement(kind: 'change' | 'use'): string {
  const nothing = PERSONAL[kind].map((column) => `${column} = NULL`).join(', ');
  return `
    UPDATE ${SEALED_ROWS[kind].table} AS entry SET commitment = given.commitment, ${nothing}
    FROM unnest($1::uuid[], $2::timestamptz[], $3::bytea[]) AS given (id, timestamp, commitment)
    WHERE entry.id = given.id AND entry.timestamp = given.timestamp`;
}

const FIND = { change: findStatement('change'), use: findStatement('use') };
const REDACT = { change: redactStatement('change'), use: redactStatement('use') };
