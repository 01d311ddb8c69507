import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { AnswerReader, type RacedAnswer } from './answer-reader.js';

/** One request of a race. */
export interface Runner {
  readonly method: string;
  readonly path: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

const ANSWERED_MS_MAX = 60_000;

/**
 * Sends requests that arrive together. Each has a kept connection of its own, in turn to each instance, and holds back
 * its last byte until all of them have sent the rest; the last bytes then leave in one go.
 */
export class StartingLine {
  private readonly lanes: Lane[] = [];

  constructor(private readonly urls: readonly string[]) {}

  async release(runners: readonly Runner[]): Promise<RacedAnswer[]> {
    const placed = await Promise.all(runners.map(async (runner, index) => ({ runner, lane: await this.lane(index) })));
    const held = await Promise.all(placed.map(({ runner, lane }) => lane.holdBack(runner)));
    return Promise.all(held.map((release) => release()));
  }

  /** Gives the connections up. The next release opens others. */
  close(): void {
    for (const { socket } of this.lanes.splice(0)) socket.destroy();
  }

  private async lane(index: number): Promise<Lane> {
    const lane = this.lanes[index];
    if (lane && !lane.socket.destroyed) return lane;
    const url = this.urls[index % this.urls.length] ?? '';
    return (this.lanes[index] = await Lane.open(new URL(url)));
  }
}

class Lane {
  private constructor(
    readonly socket: Socket,
    private readonly host: string,
  ) {}

  static async open({ hostname, port, host }: URL): Promise<Lane> {
    const socket = connect(Number(port), hostname);
    socket.setNoDelay(true);
    await once(socket, 'connect');
    return new Lane(socket, host);
  }

  /** Sends all but the last byte. What it returns sends that one too, at once, and waits for the answer. */
  async holdBack(runner: Runner): Promise<() => Promise<RacedAnswer>> {
    const bytes = requestBytes(runner, this.host);
    await new Promise((resolve) => this.socket.write(bytes.subarray(0, -1), resolve));
    return () => {
      this.socket.write(bytes.subarray(-1));
      return this.answer();
    };
  }

  private answer(): Promise<RacedAnswer> {
    return new Promise((resolve, reject) => {
      const reader = new AnswerReader();
      const end = (settle: () => void) => {
        clearTimeout(timer);
        this.socket.removeAllListeners();
        settle();
      };
      const fail = (error: Error) => {
        end(() => {
          this.socket.destroy();
          reject(error);
        });
      };
      const timer = setTimeout(fail, ANSWERED_MS_MAX, new Error('A request was not answered within a minute'));
      this.socket.on('error', fail);
      this.socket.on('close', () => {
        fail(new Error('The server closed a connection without an answer'));
      });
      this.socket.on('data', (chunk: Buffer) => {
        const answer = reader.push(chunk);
        if (answer) {
          end(() => {
            resolve(answer);
          });
        }
      });
    });
  }
}

function requestBytes({ method, path, body, headers = {} }: Runner, host: string): Buffer {
  const text = body === undefined ? '' : JSON.stringify(body);
  const all = {
    host,
    ...headers,
    ...(body !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return Buffer.from(`${[`${method} ${path} HTTP/1.1`, ...lines].join('\r\n')}\r\n\r\n${text}`);
}
