import { setTimeout as pause } from 'node:timers/promises';
import { HttpConnection } from '../../bench/load/http-connection.js';

/** What a request that a kill left without an answer has instead of a status. */
const UNANSWERED = 0;
/** Told instead of a verdict: it could not be known, not be kept, or came too late to be told. */
const UNAVAILABLE = 503;
const ADMITTED = 200;
const RETRY_MS = 20;

export interface Use {
  /** Whether a verdict was told. Otherwise nobody but the server knows whether there was one. */
  readonly isAnswered: boolean;
  readonly isAdmitted: boolean;
}

/** Uses keys at several servers, over many connections at once, and remembers what came of each request. */
export class Users {
  /** By user, by the number of the request: its status. */
  private readonly statuses: number[][] = [];
  private running: Promise<void>[] = [];
  private isOver = false;

  /** @param keys drawn from at random; one that is in it twice is used twice as much. */
  constructor(
    private readonly keys: readonly string[],
    private readonly random: () => number,
  ) {}

  start(urls: readonly string[], usersEach: number): void {
    this.running = urls.flatMap((url) =>
      Array.from({ length: usersEach }, () => {
        const statuses: number[] = [];
        return this.use(url, this.statuses.push(statuses) - 1, statuses);
      }),
    );
  }

  /** Resolves when every request has its answer, or never will. */
  async stop(): Promise<void> {
    this.isOver = true;
    await Promise.all(this.running);
  }

  /** The use that a recorded request id names. */
  named(requestId: string): Use | undefined {
    const [user = '', request = ''] = requestId.split('-');
    const status = this.statuses[Number(user)]?.[Number(request)];
    return status === undefined ? undefined : useOf(status);
  }

  count(is: (use: Use) => boolean): number {
    let count = 0;
    for (const statuses of this.statuses) for (const status of statuses) if (is(useOf(status))) count += 1;
    return count;
  }

  /** As often as each status was answered, 0 standing for no answer. */
  get byStatus(): Record<number, number> {
    const counts: Record<number, number> = {};
    for (const status of this.statuses.flat()) counts[status] = (counts[status] ?? 0) + 1;
    return counts;
  }

  private async use(url: string, user: number, statuses: number[]): Promise<void> {
    const { host } = new URL(url);
    let connection: HttpConnection | null = null;
    while (!this.isOver) {
      connection ??= await HttpConnection.open(url).catch(() => null);
      if (connection === null) {
        await pause(RETRY_MS);
        continue;
      }
      const key = this.keys[Math.floor(this.random() * this.keys.length)] ?? '';
      const id = `${user}-${statuses.length}`;
      const request = `GET /api/v1/verify HTTP/1.1\r\nHost: ${host}\r\nX-Request-Id: ${id}\r\nX-API-Key: ${key}\r\n\r\n`;
      const status = await connection.exchange(request);
      statuses.push(status);
      if (!connection.isOpen) connection = null;
      // A server without its database is not to be asked as fast as it can refuse.
      if (status === UNAVAILABLE) await pause(RETRY_MS);
    }
    connection?.close();
  }
}

function useOf(status: number): Use {
  return {
    isAnswered: status !== UNANSWERED && status !== UNAVAILABLE,
    isAdmitted: status === ADMITTED,
  };
}
