/** A piece of a client's byte stream that the server can answer without hearing more. */
export type FrontendTurn =
  | { readonly kind: 'encryption-request' | 'copy-begins' | 'terminate' }
  | { readonly kind: 'messages'; readonly bytes: Buffer };

const ENCRYPTION_REQUESTS = new Set([80_877_103 /* SSL */, 80_877_104 /* GSSAPI */]);
const CANCEL_REQUEST = 80_877_102;

/** Query, Sync, Flush, CopyDone, CopyFail: after these a client waits for the server. */
const ENDS_TURN = new Set(['Q', 'S', 'H', 'c', 'f'].map(code));
const QUERY = code('Q');
const TERMINATE = code('X');
const COPY_FROM_STDIN = /^\s*copy\b[^;]*\bfrom\s+stdin\b/i;

/**
 * Cuts what a PostgreSQL client sends (protocol 3.0) into turns. The embedded server runs a turn to its end in one
 * call and cannot wait for more input in the middle, so a turn is everything up to the point where a client listens.
 *
 * COPY ... FROM STDIN is the exception: the client waits for permission before it sends the rows. That permission is a
 * turn of its own (`copy-begins`), and the statement with all its rows is the next.
 */
export class FrontendTurns {
  #received: Buffer[] = [];
  #receivedBytes = 0;
  #wantedBytes = 8;
  #started = false;
  #turn: Buffer[] = [];

  /** @throws {Error} when the bytes are no protocol messages. */
  push(chunk: Buffer): FrontendTurn[] {
    this.#received.push(chunk);
    this.#receivedBytes += chunk.length;
    const turns: FrontendTurn[] = [];
    for (let message = this.#next(); message !== null; message = this.#next()) {
      const turn = this.#started ? this.#message(message) : this.#startup(message);
      if (turn !== null) turns.push(turn);
    }
    return turns;
  }

  /** The next complete message. Chunks are joined only when one is complete, so a large message is copied once. */
  #next(): Buffer | null {
    if (this.#receivedBytes < this.#wantedBytes) return null;
    const bytes = this.#received.length === 1 ? (this.#received[0] ?? Buffer.alloc(0)) : Buffer.concat(this.#received);
    const header = this.#started ? 1 : 0;
    const length = bytes.readInt32BE(header) + header;
    if (length < header + 4) throw new Error('Not a PostgreSQL message');
    const isComplete = bytes.length >= length;
    const rest = isComplete ? bytes.subarray(length) : bytes;
    this.#received = rest.length === 0 ? [] : [rest];
    this.#receivedBytes = rest.length;
    this.#wantedBytes = isComplete ? 5 : length;
    return isComplete ? bytes.subarray(0, length) : null;
  }

  #startup(message: Buffer): FrontendTurn | null {
    const kind = message.length >= 8 ? message.readInt32BE(4) : 0;
    this.#wantedBytes = 8;
    if (ENCRYPTION_REQUESTS.has(kind)) return { kind: 'encryption-request' };
    // A statement runs to its end before a cancel request could be read.
    if (kind === CANCEL_REQUEST) return { kind: 'terminate' };
    this.#started = true;
    this.#wantedBytes = 5;
    return { kind: 'messages', bytes: message };
  }

  #message(message: Buffer): FrontendTurn | null {
    const type = message[0] ?? 0;
    if (type === TERMINATE) return { kind: 'terminate' };
    this.#turn.push(message);
    if (type === QUERY && COPY_FROM_STDIN.test(message.toString('latin1', 5, 2_000))) return { kind: 'copy-begins' };
    if (!ENDS_TURN.has(type)) return null;
    const bytes = this.#turn.length === 1 ? message : Buffer.concat(this.#turn);
    this.#turn = [];
    return { kind: 'messages', bytes };
  }
}

function code(letter: string): number {
  return letter.charCodeAt(0);
}
