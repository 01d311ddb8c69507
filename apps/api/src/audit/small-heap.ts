import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let keepers = 0;

/**
 * Has V8 look for garbage as soon as the heap has grown by a fifth, until the answer is called. By itself it lets a heap of
 * a hundred megabytes double and more before it does: rows that are read, written out and forgotten by the million are
 * promoted and lie there, 200 MB of them in an export of a million entries. Not for good, because whoever verifies keys
 * would pay for it all the time; and the first time all of the heap is looked at once, a pause of some fifty milliseconds,
 * because how far it may grow is decided at the end of that only.
 */
export function keepHeapSmall(): () => void {
  keepers += 1;
  if (keepers === 1) {
    setFlagsFromString(`--heap-growing-percent=${GROWING_PERCENT}`);
    collectGarbage();
  }
  let isKept = true;
  return () => {
    if (!isKept) return;
    isKept = false;
    keepers -= 1;
    // Zero leaves it to V8 again.
    if (keepers === 0) setFlagsFromString('--heap-growing-percent=0');
  };
}

const GROWING_PERCENT = 20;

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('globalThis.gc') as (() => void) | undefined;
  collect?.();
}
