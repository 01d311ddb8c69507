import { spawnSync } from 'node:child_process';
import { playWithAutocannon } from './autocannon.js';
import type { ClosedLoop, ClosedLoopResult } from './closed-loop.js';
import { playWithWrk } from './wrk.js';

/** wrk where it is installed: it is several times as fast as the servers. Else autocannon, which is about as fast. */
export const GENERATOR = spawnSync('wrk', ['-v']).error ? 'autocannon' : 'wrk';

/** @throws Error when connections failed or records ran out. */
export function playClosedLoop(loop: ClosedLoop): Promise<ClosedLoopResult> {
  return GENERATOR === 'wrk' ? playWithWrk(loop) : playWithAutocannon(loop);
}
