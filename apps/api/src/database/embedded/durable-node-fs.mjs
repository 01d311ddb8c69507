// @ts-check
import { closeSync, fsyncSync, openSync } from 'node:fs';
import { NodeFS } from '@electric-sql/pglite/nodefs';

/**
 * The parts of Emscripten that are patched.
 * @typedef {{ nfd?: number; node: object }} Stream
 * @typedef {{ NODEFS?: { stream_ops?: { fsync?: (stream: Stream) => number }, realPath(node: object): string } }} Module
 */

/** EIO as WASI numbers it. */
const INPUT_OUTPUT_ERROR = 29;

/** PGlite's folder on disk with the fsync that it lacks, for files and for the folders that name them. */
export class DurableNodeFs extends NodeFS {
  /** Syncs that reached the operating system. */
  fsyncs = 0;
  /** The first sync that failed. From then on what is on disk is unknown, whatever later syncs say.
   * @type {unknown} */
  failure = undefined;

  /** @override @type {NodeFS['init']} */
  async init(pglite, options) {
    const opened = await super.init(pglite, options);
    const preRun = /** @type {((module: Module) => void)[]} */ (opened.emscriptenOpts.preRun ?? []);
    return {
      ...opened,
      emscriptenOpts: { ...opened.emscriptenOpts, preRun: [...preRun, (module) => this.#patch(module)] },
    };
  }

  /** @param {Module} module */
  #patch({ NODEFS }) {
    if (!NODEFS?.stream_ops) throw new Error('This PGlite has no NODEFS.stream_ops: its fsync cannot be supplied');
    NODEFS.stream_ops.fsync = (stream) => {
      try {
        if (stream.nfd === undefined) syncFolder(NODEFS.realPath(stream.node));
        else fsyncSync(stream.nfd);
        this.fsyncs += 1;
        return 0;
      } catch (error) {
        this.failure ??= error;
        return INPUT_OUTPUT_ERROR;
      }
    };
  }
}

/** @param {string} path */
function syncFolder(path) {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
