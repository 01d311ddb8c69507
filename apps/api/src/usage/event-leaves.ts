import { setImmediate as turn } from 'node:timers/promises';
import {
  commitmentOf,
  encodeEntry,
  entryLeaf,
  HASH_BYTES,
  hashInto,
  LEAF_BYTE,
  type MerkleHash,
  SALT_BYTES,
  USE_V1,
} from '#domain';
import type { SpooledEvents } from './spooled-events.js';

/**
 * The leaves of uses from the spool, one behind the other, each computed from the event as it lies there: its JSON is the
 * encoding of the leaf but for the personal part, which stands in the middle. Parsing it would take as long as everything
 * else that is done for a use.
 * @param events as `usageJson` writes them.
 * @param salts one behind the other.
 */
export async function leavesOf(events: SpooledEvents, salts: Buffer): Promise<Buffer> {
  const leaves = Buffer.allocUnsafe(events.count * HASH_BYTES);
  for (let n = 0; n < events.count; n++) {
    if (n > 0 && n % LEAVES_A_TURN === 0) await turn();
    writeLeaf(leaves, n, events, salts);
  }
  return leaves;
}

function writeLeaf(leaves: Buffer, n: number, events: SpooledEvents, salts: Buffer): void {
  const { bytes } = events;
  const [start, end] = [events.startOf(n), events.endOf(n)];
  const from = bytes.indexOf(PERSONAL, start);
  const to = bytes.indexOf(OPEN_AGAIN, from + 1);
  // Quotes inside of texts are escaped: neither can stand anywhere else. Events of another order are read the long way.
  if (from === -1 || to === -1 || to >= end || end - start > EVENT_BYTES_MAX) {
    const salt = salts.subarray(n * SALT_BYTES, (n + 1) * SALT_BYTES);
    leafOfParsed(bytes.subarray(start, end), salt).copy(leaves, n * HASH_BYTES);
    return;
  }
  salts.copy(PERSONAL_PART, 0, n * SALT_BYTES, (n + 1) * SALT_BYTES);
  let personalEnd = PERSONAL_START + bytes.copy(PERSONAL_PART, PERSONAL_START, from + 1, to);
  PERSONAL_PART[personalEnd++] = CLOSING;

  let openEnd = OPEN_START + bytes.copy(OPEN_PART, OPEN_START, start, from);
  openEnd += bytes.copy(OPEN_PART, openEnd, to, end);
  hashInto(OPEN_PART, openEnd, PERSONAL_PART.subarray(0, personalEnd));
  hashInto(leaves, n * HASH_BYTES, OPEN_PART.subarray(0, openEnd + HASH_BYTES));
}

/** Those who verify keys in between wait a fifth of a millisecond. */
const LEAVES_A_TURN = 100;

const PERSONAL = Buffer.from(',"ip":');
const OPEN_AGAIN = Buffer.from(',"method":');
const CLOSING = 0x7d;
/** Events are far smaller, since their texts are cut. */
const EVENT_BYTES_MAX = 16_000;

// What is hashed is put together in memory that is set aside once. Nobody waits for anything between the first byte that
// is written to it and the hash.
const [PERSONAL_PART, PERSONAL_START] = startingWith(Buffer.alloc(SALT_BYTES), Buffer.from('{'));
const [OPEN_PART, OPEN_START] = startingWith(Buffer.of(LEAF_BYTE), Buffer.from(USE_V1));

function startingWith(...beginning: Buffer[]): [Buffer, number] {
  const start = Buffer.concat(beginning);
  return [Buffer.concat([start], EVENT_BYTES_MAX + 100), start.length];
}

interface SpooledEvent {
  readonly id: string;
  readonly at: number;
  readonly key: string | null;
  readonly secret: string | null;
  readonly owner: string | null;
  readonly outcome: string;
  readonly us: number;
  readonly request: string;
  readonly ip: string | null;
  readonly agent: string | null;
  readonly method: string;
  readonly path: string;
}

function leafOfParsed(json: Buffer, salt: Uint8Array): MerkleHash {
  const { key, secret, owner, us, request, agent, path, ...event } = JSON.parse(json.toString()) as SpooledEvent;
  const { open, personal } = encodeEntry({
    kind: 'use',
    ...event,
    keyId: key,
    secretId: secret,
    ownerId: owner,
    latencyUs: us,
    requestId: request,
    userAgent: agent,
    endpoint: path,
  });
  return entryLeaf(open, commitmentOf(personal, salt));
}
