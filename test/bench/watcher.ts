import { setTimeout as pause } from 'node:timers/promises';
import { HttpConnection } from './load/http-connection.js';
import { rawTemplate } from './load/request.js';
import { VERIFY_SELF } from './routes.js';

/** One use of a key and how it was answered; times as performance.now() tells them. */
export interface Use {
  readonly sentAt: number;
  readonly answeredAt: number;
  /** 0: no answer. */
  readonly status: number;
}

export const isAccepted = ({ status }: Use) => status >= 200 && status < 300;

/** Uses one key on one instance again and again, one request at a time, and remembers every answer. */
export class Watcher {
  readonly uses: Use[] = [];
  private isOver = false;
  private connection: HttpConnection | null = null;
  private running: Promise<void> = Promise.resolve();

  /** @param everyMs between an answer and the next request. */
  constructor(
    private readonly url: string,
    private readonly key: string,
    private readonly everyMs: number,
  ) {}

  start(): this {
    this.running = this.run();
    return this;
  }

  /** Answers a use made now, apart from the others. */
  async use(): Promise<Use> {
    this.connection ??= await HttpConnection.open(this.url);
    const { before, after } = rawTemplate(VERIFY_SELF, new URL(this.url).host, this.key.length);
    const sentAt = performance.now();
    const status = await this.connection.exchange(before + this.key + after);
    const use = { sentAt, answeredAt: performance.now(), status };
    this.uses.push(use);
    if (!this.connection.isOpen) this.connection = null;
    return use;
  }

  /** Resolves once a use was refused, or at the deadline. */
  async refused(deadline: number): Promise<void> {
    while (performance.now() < deadline && !this.uses.some((use) => use.status === 401)) await pause(2);
  }

  /** Gives up on the request under way. */
  async stop(): Promise<void> {
    this.isOver = true;
    const patience = setTimeout(() => this.connection?.close(), PATIENCE_MS);
    await this.running;
    clearTimeout(patience);
    this.connection?.close();
  }

  private async run(): Promise<void> {
    while (!this.isOver) {
      try {
        await this.use();
      } catch {
        // Nobody listens for the moment.
      }
      await pause(this.everyMs);
    }
  }
}

const PATIENCE_MS = 1_000;
