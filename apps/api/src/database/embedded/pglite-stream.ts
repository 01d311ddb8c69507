import { Duplex } from 'node:stream';
import { type FrontendTurn, FrontendTurns } from './frontend-turns.js';

/** What a stream needs of the embedded database. */
export interface TurnServer {
  /** Runs one turn of the wire protocol and returns every byte of the answer. */
  turn(bytes: Uint8Array): Promise<Uint8Array>;
  /** Resolves when no other connection is open; the function returned ends this one. */
  connect(): Promise<() => void>;
}

/**
 * The socket that `pg` believes it talks through. The unmodified client speaks the real wire protocol over it:
 * `new pg.Pool({ max: 1, stream: () => new PgliteStream(database) })`.
 *
 * The embedded database is one session, so connections take turns: the next one starts when this one has been closed
 * and, like at a server, its open transaction rolled back and its session state dropped.
 */
export class PgliteStream extends Duplex {
  readonly #server: TurnServer;
  readonly #turns = new FrontendTurns();
  /** Settles when every turn received so far has been answered. */
  #answered: Promise<void> = Promise.resolve();
  #disconnect: (() => void) | null = null;
  #copyIsOpen = false;

  constructor(server: TurnServer) {
    super({ allowHalfOpen: false });
    this.#server = server;
  }

  connect(): this {
    this.#answered = this.#server.connect().then((disconnect) => {
      if (this.destroyed) {
        disconnect();
        return;
      }
      this.#disconnect = disconnect;
      this.emit('connect');
    });
    this.#answered.catch((error: unknown) => this.destroy(asError(error)));
    return this;
  }

  // The rest of a socket that `pg` touches means nothing inside one process.
  setNoDelay(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }

  override _read(): void {
    // Answers are pushed when they come.
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    try {
      for (const turn of this.#turns.push(chunk)) {
        this.#answered = this.#answered.then(() => this.#answer(turn));
        this.#answered.catch((error: unknown) => this.destroy(asError(error)));
      }
      done();
    } catch (error) {
      done(asError(error));
    }
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#answered.then(() => {
      done();
    }, done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    void this.#leave().then(() => {
      done(error);
    });
  }

  async #answer(turn: FrontendTurn): Promise<void> {
    if (this.destroyed) return;
    switch (turn.kind) {
      case 'encryption-request':
        this.push('N');
        return;
      case 'copy-begins':
        this.#copyIsOpen = true;
        this.push(COPY_IN_RESPONSE);
        return;
      case 'terminate':
        this.destroy();
        return;
      case 'messages': {
        const answer = await this.#server.turn(turn.bytes);
        const bytes = Buffer.from(answer.buffer, answer.byteOffset, answer.byteLength);
        this.push(this.#copyIsOpen ? withoutCopyInResponse(bytes) : bytes);
        this.#copyIsOpen = false;
      }
    }
  }

  /** Leaves the session as a new one, whatever state the client left it in. */
  async #leave(): Promise<void> {
    await this.#answered.catch(() => undefined);
    const disconnect = this.#disconnect;
    if (disconnect === null) return;
    this.#disconnect = null;
    // A database that can no longer answer is reported where it died; here there is nothing left to clean.
    await this.#server.turn(RESET).catch(() => undefined);
    disconnect();
  }
}

const message = (type: string, body: Buffer) => {
  const header = Buffer.alloc(5);
  header.write(type, 'latin1');
  header.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([header, body]);
};
const query = (sql: string) => message('Q', Buffer.from(`${sql}\0`));

/** Text format, no columns announced: clients of COPY only wait for it. */
const COPY_IN_RESPONSE = message('G', Buffer.from([0, 0, 0]));
const COPY_IN_RESPONSE_TYPE = 'G'.charCodeAt(0);

/** Sync ends a broken pipeline. DISCARD ALL is refused inside a transaction, hence the rollback first. */
const RESET = Buffer.concat([message('S', Buffer.alloc(0)), query('ROLLBACK'), query('DISCARD ALL')]);

/** The client was given its CopyInResponse before the server saw the statement. */
function withoutCopyInResponse(bytes: Buffer): Buffer {
  for (let start = 0; start + 5 <= bytes.length;) {
    const end = start + 1 + bytes.readInt32BE(start + 1);
    if (bytes[start] === COPY_IN_RESPONSE_TYPE) return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
    start = end;
  }
  return bytes;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
