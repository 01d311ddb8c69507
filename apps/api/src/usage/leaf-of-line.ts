import { commitmentOf, encodeEntry, entryLeaf, type MerkleHash, USE_V1 } from '#domain';

/**
 * The leaf of a use, computed from its line in the spool as it lies there: the line is the encoding of the leaf but for
 * its personal part, which stands in the middle. Parsing it would take as long as everything else that is done for it.
 * @param line the JSON of the event, as `encodeLine` writes it.
 */
export function leafOfLine(line: Buffer, salt: Uint8Array): MerkleHash {
  const from = line.indexOf(PERSONAL);
  const to = line.indexOf(OPEN_AGAIN, from + 1);
  // Quotes inside of texts are escaped: neither can stand anywhere else. Lines of another order are read the long way.
  if (from === -1 || to === -1) return leafOfEvent(line, salt);
  const personal = Buffer.concat([OPENING, line.subarray(from + 1, to), CLOSING]);
  return entryLeaf(Buffer.concat([OPEN, line.subarray(0, from), line.subarray(to)]), commitmentOf(personal, salt));
}

const OPEN = Buffer.from(USE_V1);
const PERSONAL = ',"ip":';
const OPEN_AGAIN = ',"method":';
const [OPENING, CLOSING] = [Buffer.from('{'), Buffer.from('}')];

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

function leafOfEvent(line: Buffer, salt: Uint8Array): MerkleHash {
  const { key, secret, owner, us, request, agent, path, ...event } = JSON.parse(line.toString()) as SpooledEvent;
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
