import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';

/** Who runs where, as `taskset` writes it; null where nothing is pinned. */
export interface Cores {
  /** One core for the server that is measured. */
  readonly server: string | null;
  /** For the load generator and everything else. */
  readonly others: string | null;
  /** For servers that are measured together. */
  readonly all: string | null;
}

/**
 * Gives the server a core of its own and moves this process, with all it starts from now on, to the other ones. Pins
 * nothing on a machine that has one core or no `taskset`.
 */
export function divideCores(): Cores {
  const [, list = ''] = /list: (\S+)/.exec(tool('taskset', '--cpu-list', '--pid', String(process.pid))) ?? [];
  const [server, ...others] = coresOf(list);
  if (server === undefined || others.length === 0) return { server: null, others: null, all: null };
  // All tasks: what this process starts must not inherit the core of the server from any of its threads.
  tool('taskset', '--all-tasks', '--cpu-list', '--pid', others.join(','), String(process.pid));
  return { server: String(server), others: others.join(','), all: [server, ...others].join(',') };
}

/**
 * Leaves the core of a process to its first thread, which runs the event loop, and moves all others. Those of Node's own
 * collect garbage and compile beside it, and would take the core for some milliseconds each whenever they do. Threads that
 * start later are where the one is that starts them.
 */
export function leaveCoreToEventLoop(pid: number, others: string): void {
  for (const id of threadsOf(pid)) if (id !== String(pid)) tool('taskset', '--cpu-list', '--pid', others, id);
}

/** Whether a server has its background thread, which is known by its being nicer than the others: it starts late. */
export function hasBackgroundThread(pid: number): boolean {
  return threadsOf(pid).some((id) => niceness(pid, id) > niceness(pid, String(pid)));
}

/** None of a process that has ended. */
function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

function niceness(pid: number, thread: string): number {
  return Number(fieldsOf(`/proc/${pid}/task/${thread}/stat`)[16]);
}

/** Reads a list such as `0-2,5`. */
export function coresOf(list: string): number[] {
  return list.split(',').flatMap((range) => {
    const [first, last = first] = range.split('-').map(Number);
    if (range === '' || first === undefined || last === undefined) return [];
    return Array.from({ length: last - first + 1 }, (_, n) => first + n);
  });
}

/** Seconds of a core that a process has used so far; null where there is no /proc. */
export function cpuSeconds(pid: number): number | null {
  try {
    const fields = fieldsOf(`/proc/${pid}/stat`);
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  } catch {
    return null;
  }
}

/**
 * Seconds in which the main thread of a process could have gone on and others had its core, so far; null where Linux does
 * not tell. Answers are late by that, and it is not the server that made them late.
 */
export function waitedSeconds(pid: number): number | null {
  return scheduled(pid)?.waited ?? null;
}

/** Seconds in which the main thread of a process had a core, so far; null where Linux does not tell. */
export function ranSeconds(pid: number): number | null {
  return scheduled(pid)?.ran ?? null;
}

function scheduled(pid: number): { readonly ran: number; readonly waited: number } | null {
  try {
    const [ran, waited] = readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ');
    return { ran: Number(ran) / 1e9, waited: Number(waited) / 1e9 };
  } catch {
    return null;
  }
}

/** Bytes of memory a process holds; null where there is no /proc. */
export function residentBytes(pid: number): number | null {
  try {
    const [, kilobytes] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kilobytes === undefined ? null : Number(kilobytes) * 1024;
  } catch {
    return null;
  }
}

/** What a figure is worth nothing without. */
export function describeMachine() {
  return {
    commit: tool('git', 'rev-parse', '--short', 'HEAD').trim() + (tool('git', 'status', '--porcelain') && '+changes'),
    node: process.version,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    load: loadavg()[0] ?? 0,
  };
}

/** From the third on, the state: the name before it may hold blanks and parentheses, what follows it does not. */
function fieldsOf(stat: string): string[] {
  return readFileSync(stat, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
}

/** USER_HZ, which is 100 on every Linux there is. */
const TICKS_PER_SECOND = 100;

/** What it prints; nothing when it is not there. */
function tool(name: string, ...args: string[]): string {
  const { stdout, error } = spawnSync(name, args, { encoding: 'utf8' });
  return error ? '' : stdout;
}
