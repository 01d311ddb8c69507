import type { Akm } from './open-akm.js';

/** What commands have of the world. Results go to `out` and nothing else does, so that output can be piped. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly open: () => Promise<Akm>;
}

/** Opens akm for one errand, and closes it whatever comes of it. */
export async function withAkm(terminal: Terminal, work: (akm: Akm) => Promise<void>): Promise<void> {
  const akm = await terminal.open();
  try {
    await work(akm);
  } finally {
    await akm.close();
  }
}
