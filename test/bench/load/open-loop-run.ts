import { HttpConnection } from './http-connection.js';
import { countOf, type Records, textAt } from './records.js';
import type { RawTemplate } from './request.js';

/** What is asked of one server at a constant rate, whether it keeps up or not. */
export interface OpenLoop {
  readonly url: string;
  readonly raw: RawTemplate;
  readonly records: Records;
  readonly requestsPerSecond: number;
  readonly seconds: number;
  readonly connections: number;
  /** Sends every request on the microsecond, at the price of a whole core; else within a millisecond or two. */
  readonly isPrecise: boolean;
}

export interface Answered {
  /** When it was due, in milliseconds since the start. */
  readonly dueMs: number;
  /** From the moment it was due, so that a server that stalls is charged for all who would have come meanwhile. */
  readonly latencyMs: number;
  /** How late it was sent though a connection was free: nobody kept it waiting but the generator itself. */
  readonly sentLateMs: number;
  /** 0 for a connection that ended. */
  readonly status: number;
}

const LATE_MS_MAX = 15_000;

/** Resolves once everything sent is answered, or given up 15 seconds after the end. */
export async function playOpenLoop(loop: OpenLoop): Promise<Answered[]> {
  const { url, raw, records, seconds, connections } = loop;
  const idle = await Promise.all(Array.from({ length: connections }, () => HttpConnection.open(url)));
  const all = [...idle];
  const total = Math.floor(loop.requestsPerSecond * seconds);
  const everyMs = 1000 / loop.requestsPerSecond;
  const count = countOf(records);
  const answers = new Answers(total);
  const waiting: number[] = [];
  const startedAt = performance.now();
  let due = 0;

  const send = (connection: HttpConnection, dueMs: number, sentLateMs: number) => {
    const record = count === 0 ? '' : textAt(records, Math.round(dueMs / everyMs) % count);
    connection.send(raw.before + record + raw.after, (status) => {
      answers.add({ dueMs, latencyMs: performance.now() - startedAt - dueMs, sentLateMs, status });
      if (!connection.isOpen) return;
      const next = waiting.shift();
      if (next === undefined) idle.push(connection);
      else send(connection, next, 0);
    });
  };
  while (answers.count < total) {
    const now = performance.now() - startedAt;
    if (now > seconds * 1000 + LATE_MS_MAX) break;
    for (; due < total && due * everyMs <= now; due++) {
      // In turn: a server closes a connection that never asked for anything, and rightly.
      const connection = idle.shift();
      if (connection) send(connection, due * everyMs, performance.now() - startedAt - due * everyMs);
      else waiting.push(due * everyMs);
    }
    await (loop.isPrecise ? immediately() : shortly());
  }
  for (const connection of all) connection.close();
  return answers.all;
}

/** In memory that is set aside beforehand: objects would have to be collected while requests are due. */
class Answers {
  count = 0;
  private readonly dueMs: Float64Array;
  private readonly latencyMs: Float64Array;
  private readonly sentLateMs: Float64Array;
  private readonly statuses: Uint16Array;

  constructor(countMax: number) {
    this.dueMs = new Float64Array(countMax);
    this.latencyMs = new Float64Array(countMax);
    this.sentLateMs = new Float64Array(countMax);
    this.statuses = new Uint16Array(countMax);
  }

  get all(): Answered[] {
    return Array.from(this.dueMs.subarray(0, this.count), (dueMs, n) => ({
      dueMs,
      latencyMs: this.latencyMs[n] ?? NaN,
      sentLateMs: this.sentLateMs[n] ?? NaN,
      status: this.statuses[n] ?? 0,
    }));
  }

  add({ dueMs, latencyMs, sentLateMs, status }: Answered): void {
    this.dueMs[this.count] = dueMs;
    this.latencyMs[this.count] = latencyMs;
    this.sentLateMs[this.count] = sentLateMs;
    this.statuses[this.count] = status;
    this.count += 1;
  }
}

const immediately = () => new Promise<void>((resolve) => setImmediate(resolve));
const shortly = () => new Promise<void>((resolve) => setTimeout(resolve, 1));
