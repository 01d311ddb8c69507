import { CommanderError } from 'commander';
import { Problem } from '#problems';

/** A shell tells from it what happened: 0 done (help included), 1 failed. */
export function exitCodeOf(error: unknown): number {
  return error instanceof CommanderError ? error.exitCode : 1;
}

/** For a person at a terminal: a sentence, never a stack. */
export function messageOf(error: unknown): string {
  if (error instanceof Problem) return error.detail;
  return error instanceof Error ? error.message : String(error);
}
