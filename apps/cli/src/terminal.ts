import type { Akm } from './open-akm.js';

/** What commands have of the world. Results go to `out` and nothing else does, so that output can be piped. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly open: () => Promise<Akm>;
}
