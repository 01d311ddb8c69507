import type { Akm, OpenOptions } from './open-akm.js';

/** What commands have of the world. Results go to `out` and nothing else does, so that output can be piped. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly open: (options?: OpenOptions) => Promise<Akm>;
}

/** Opens akm for one errand, and closes it whatever comes of it. */
export async function withAkm(
  terminal: Terminal,
  work: (akm: Akm) => Promise<void>,
  options?: OpenOptions,
): Promise<void> {
  const akm = await terminal.open(options);
  try {
    await work(akm);
  } finally {
    await akm.close();
  }
}
