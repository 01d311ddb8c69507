import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** A process that holds a data folder, described so that another process can tell whether it still lives. */
export interface LockOwner {
  readonly pid: number;
  /** Tells a process from a later one that was given the same pid. */
  readonly startedAt: string | null;
  /** The machine, its boot and the pid namespace: only within one place can a pid be asked about. */
  readonly place: string;
  readonly host: string;
  readonly nonce: string;
}

export function thisProcess(nonce: string): LockOwner {
  return { pid: process.pid, startedAt: startOf(process.pid), place: place(), host: hostname(), nonce };
}

/** Whether the owner lives; undefined when it lives, or lived, where we cannot look. */
export function isAlive(owner: LockOwner): boolean | undefined {
  if (owner.place !== place()) return undefined;
  return isRunning(owner.pid) && (owner.startedAt === null || owner.startedAt === startOf(owner.pid));
}

export function hasCode(error: unknown, code: string): boolean {
  return (error as NodeJS.ErrnoException | undefined)?.code === code;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}

/** The start of a process in clock ticks since boot; null where there is no /proc. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

function place(): string {
  try {
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}
