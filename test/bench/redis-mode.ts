import type { ServerProcess } from '../support/server-process.js';

/** Of every limit in each process while it does not hear of Redis: the default of RATE_LIMIT_LOCAL_PERCENT. */
export const LOCAL_SHARE = 0.5;

/** How often a server has said that it limits locally: it does so too when the machine keeps it waiting for Redis. */
export function timesLocal({ output }: ServerProcess): number {
  return output.split('limits are local').length - 1;
}
