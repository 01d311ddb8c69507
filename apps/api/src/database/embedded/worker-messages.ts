/** What the worker is started with. */
export interface WorkerStart {
  /**
   * `memory`: gone with the process. `initialise`: writes a fresh data folder fast and without fsync, to be closed,
   * flushed and renamed by the caller. `durable`: serves an existing data folder with fsync.
   */
  readonly mode: 'memory' | 'initialise' | 'durable';
  /** PostgreSQL's own data folder; null in memory. */
  readonly pgdata: string | null;
  /** In memory, a tar or tar.gz of a data folder to start from instead of initdb. */
  readonly template: string | null;
  readonly program: WebAssembly.Module;
}

export type WorkerRequest = { readonly id: number } & (
  | { readonly kind: 'turn'; readonly bytes: Uint8Array }
  | { readonly kind: 'fsyncs' | 'close' }
  | { readonly kind: 'dump'; readonly compression: 'none' | 'gzip' }
);

export type WorkerReply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'bytes'; readonly id: number; readonly bytes: Uint8Array }
  | { readonly kind: 'count'; readonly id: number; readonly count: number }
  | { readonly kind: 'closed'; readonly id: number }
  /** The database can no longer be trusted with a statement; nothing after this message is answered. */
  | { readonly kind: 'fatal'; readonly message: string };
