import { setTimeout as pause } from 'node:timers/promises';

const WITHIN_MS = 10_000;

/** Asks again until the answer is yes, as often as it can. @throws Error when it still is no after ten seconds. */
export async function eventually(what: string, isSo: () => Promise<boolean> | boolean): Promise<void> {
  const until = performance.now() + WITHIN_MS;
  while (!(await isSo())) {
    if (performance.now() > until) throw new Error(`not within ${WITHIN_MS} ms: ${what}`);
    await pause(1);
  }
}
