/** The program of a constant-rate generator, in a process of its own: what measures must not wait for what it measures. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Answered, type OpenLoop, playOpenLoop } from './open-loop-run.js';
import { rawTemplate, type RequestTemplate } from './request.js';

export type OpenLoopOrder = Omit<OpenLoop, 'raw'> & { readonly request: RequestTemplate };

/** Starts a run; resolves with every answer. A connection that ended is replaced by none. */
export async function startOpenLoop(order: OpenLoopOrder): Promise<Answered[]> {
  const { request, ...rest } = order;
  const raw = rawTemplate(request, new URL(order.url).host, order.records.length);
  const child = fork(fileURLToPath(import.meta.url), ['generate'], {
    serialization: 'advanced',
    execArgv: RARE_GARBAGE,
  });
  children.add(child);
  child.send({ ...rest, raw } satisfies OpenLoop);
  try {
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`The generator ended with ${String(code)}`);
    });
    const [answers] = (await Promise.race([once(child, 'message'), ended])) as [Answered[]];
    return answers;
  } finally {
    child.kill();
    children.delete(child);
  }
}

/** A generator that collects its own garbage sends late: once a second, and without waiting for threads that help. */
const RARE_GARBAGE = ['--min-semi-space-size=64', '--max-semi-space-size=64', '--single-threaded-gc'];

const children = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

if (process.argv[2] === 'generate' && process.send) {
  process.once('message', (loop: OpenLoop) => {
    void playOpenLoop({ ...loop, records: { ...loop.records, bytes: Buffer.from(loop.records.bytes) } }).then(
      (answers) => process.send?.(answers),
    );
  });
}
