// @ts-check
import { readFileSync } from 'node:fs';
import { PGlite } from '@electric-sql/pglite';
import { DurableNodeFs } from './durable-node-fs.mjs';

/** @import { WorkerStart } from './worker-messages.js' */

/**
 * Opens PGlite in this thread.
 *
 * PGlite is shipped with fsync off (`-F`, and a file system that has no fsync at all): after a power cut acknowledged
 * rows are lost and some folders do not open again. A durable opening undoes both and refuses to serve unless
 * PostgreSQL says that it syncs and a sync was seen to reach the file system.
 *
 * @param {WorkerStart} start
 */
export async function openPglite({ mode, pgdata, template, program }) {
  const disk = mode === 'durable' ? new DurableNodeFs(required(pgdata)) : null;
  /** @type {string | null} */
  let crash = null;
  const pglite = await PGlite.create({
    pgliteWasmModule: program,
    ...(disk === null ? { dataDir: pgdata ?? 'memory://' } : { fs: disk }),
    ...(template === null ? {} : { loadDataDir: new Blob([readFileSync(template)]) }),
    startParams: disk === null ? [...PGlite.defaultStartParams, ...flags(SMALL)] : DURABLE_PARAMS,
  });
  // PostgreSQL's PANIC ends in abort() or exit(), which PGlite's protocol loop swallows: note it here.
  Object.assign(pglite.Module, {
    onAbort: (/** @type {unknown} */ why) => (crash = `PostgreSQL aborted: ${String(why)}`),
    onExit: (/** @type {number} */ status) => (crash = `PostgreSQL exited with status ${status}`),
  });
  if (disk !== null) await assertDurable(pglite, disk);

  return {
    /**
     * One turn of the wire protocol: whole messages in, every byte of the answer out.
     * Whatever is thrown here leaves PostgreSQL in an unknown state: the caller must stop using it.
     *
     * @param {Uint8Array} bytes
     * @returns {Promise<Uint8Array<ArrayBuffer>>}
     */
    async turn(bytes) {
      const answer = await answerTo(pglite, bytes);
      if (disk?.failure) throw new Error('A sync of the data folder failed', { cause: disk.failure });
      if (crash !== null) throw new Error(crash);
      return answer;
    },
    /** How often PostgreSQL made the disk sync; 0 for ever in memory. */
    fsyncs: () => disk?.fsyncs ?? 0,
    /** @param {'none' | 'gzip'} compression */
    async dump(compression) {
      await pglite.exec('CHECKPOINT');
      return new Uint8Array(await (await pglite.dumpDataDir(compression)).arrayBuffer());
    },
    close: () => pglite.close(),
  };
}

/** A start-up packet begins with its length, whose first byte is 0; every later message begins with a letter. */
const STARTUP = 0;

/**
 * The plain call would also parse every answer and keep the messages until somebody asks for them, which nobody does:
 * about half a kilobyte a turn, until the thread has no memory left. The streaming call hands the bytes over and keeps
 * nothing, but drops the answer to a start-up packet.
 *
 * @param {PGlite} pglite
 * @param {Uint8Array} bytes
 */
async function answerTo(pglite, bytes) {
  if (bytes[0] === STARTUP) return new Uint8Array(pglite.execProtocolRawSync(bytes));
  /** @type {Uint8Array[]} */
  const chunks = [];
  const onRawData = (/** @type {Uint8Array} */ chunk) => void chunks.push(chunk.slice());
  await pglite.execProtocolRawStream(bytes, { syncToFs: false, onRawData });
  return new Uint8Array(Buffer.concat(chunks));
}

/** The default of 128 MB would be resident in every process; keys and audit rows fit in far less. */
const SMALL = { shared_buffers: '32MB' };

const DURABLE_PARAMS = [
  ...PGlite.defaultStartParams.filter((param) => param !== '-F'),
  ...flags({
    ...SMALL,
    fsync: 'on',
    // fdatasync, the default, is a no-op in the WebAssembly build.
    wal_sync_method: 'fsync',
    // Nothing recycles WAL between checkpoints; 64 MB bounds both the folder and the replay after a crash.
    max_wal_size: '64MB',
    min_wal_size: '32MB',
  }),
];

/** @param {Record<string, string>} settings */
function flags(settings) {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** @param {PGlite} pglite @param {DurableNodeFs} disk */
async function assertDurable(pglite, disk) {
  const { rows } = await pglite.query(
    `SELECT current_setting('fsync') AS fsync, current_setting('wal_sync_method') AS method,
            current_setting('synchronous_commit') AS commit, current_setting('full_page_writes') AS pages`,
  );
  const found = JSON.stringify(rows[0]);
  const wanted = JSON.stringify({ fsync: 'on', method: 'fsync', commit: 'on', pages: 'on' });
  if (found !== wanted) throw new Error(`The embedded database is not durable: ${found}`);
  const before = disk.fsyncs;
  await pglite.exec('CHECKPOINT');
  if (disk.fsyncs === before) throw new Error('The embedded database is not durable: a checkpoint synced nothing');
}

/** @param {string | null} pgdata */
function required(pgdata) {
  if (pgdata === null) throw new Error('A durable database needs a folder');
  return pgdata;
}
