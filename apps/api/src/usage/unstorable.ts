import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';

/** Told of what can never be stored: an event must not get lost in silence. */
export interface Unstorable {
  /** The database refuses this event, its JSON, for what is in it. */
  rejected(event: Buffer, sqlState: string): Promise<void>;
  /** Lines whose checksum is wrong: torn by a crash before their answer left, or spoilt by the disk. */
  damaged(lines: number, spool: string): void;
}

/** Keeps what is rejected in a file beside the spools, and logs both. */
export function keptBeside(spools: string): Unstorable {
  const logger = new Logger('Usage');
  const file = join(spools, 'rejected.ndjson');
  return {
    rejected: async (event, sqlState) => {
      await appendFile(file, `${event.toString()}\n`, { mode: 0o600 });
      logger.error(`The database refuses an event of usage (${sqlState}); it is kept in ${file}`);
    },
    damaged: (lines, id) => {
      logger.error(`${lines} damaged lines in spool ${id} were skipped: a write was cut off, or the disk lies`);
    },
  };
}
