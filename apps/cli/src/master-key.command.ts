import type { Command } from 'commander';
import type { SealedCount } from '../../api/src/encryption/master-key-rotation.js';
import type { Akm } from './open-akm.js';
import { type Terminal, withAkm } from './terminal.js';

interface Options {
  readonly json?: true;
}

/** `akm master-key …`: which keys seal what, and the way from one to the next. */
export function addMasterKeyCommand(program: Command, terminal: Terminal): void {
  const masterKey = program.command('master-key').description('The root of encryption at rest.');
  masterKey
    .command('status')
    .description('Show how many values each master key seals.')
    .option('--json', 'print the result as one JSON object')
    .action((options: Options) => withAkm(terminal, (akm) => status(akm, terminal, options)));
  masterKey
    .command('rotate')
    .description('Seal everything with the first key of MASTER_ENCRYPTION_KEY, beside running servers.')
    .option('--json', 'print the result as one JSON object')
    .action((options: Options) => withAkm(terminal, (akm) => rotate(akm, terminal, options)));
}

async function status({ masterKeys }: Akm, { out }: Terminal, { json }: Options): Promise<void> {
  const current = masterKeys.currentKeyId;
  const counts = await masterKeys.status();
  if (json) out(`${JSON.stringify({ current_key_id: current, sealed: counts.map(countView) })}\n`);
  else out([`current key ${current}`, ...counts.map((count) => line(count, current)), ''].join('\n'));
}

/** @throws Error when something is left behind that no configured key opens. */
async function rotate({ masterKeys, audit }: Akm, { out, err }: Terminal, { json }: Options): Promise<void> {
  const { resealed, failures, retired } = await masterKeys.rotate({
    onProgress: (done, total) => {
      err(`${done} of ${Math.max(done, total)} values sealed with ${masterKeys.currentKeyId}\n`);
    },
    onRetired: (manager, keyId) =>
      audit.record(manager, {
        action: 'master_key_retired',
        origin: null,
        metadata: { retired_key_id: keyId, current_key_id: masterKeys.currentKeyId },
      }),
  });
  if (json) out(`${JSON.stringify({ resealed, failures, retired_key_ids: retired })}\n`);
  else out([`${resealed} values re-sealed`, ...retired.map(retirement), ''].join('\n'));
  if (failures.length > 0) throw new Error(`${failures.length} values could not be re-sealed:\n${failures.join('\n')}`);
}

function line({ keyId, table, column, rows, isPassing }: SealedCount, current: string): string {
  const which = keyId === current ? 'current' : 'former ';
  return `${which} ${keyId}  ${String(rows).padStart(9)}  ${table}.${column}${isPassing ? '  (goes by itself)' : ''}`;
}

function countView({ keyId, table, column, rows, isPassing }: SealedCount) {
  return { key_id: keyId, table, column, rows, passing: isPassing };
}

function retirement(keyId: string): string {
  return `key ${keyId} is no longer needed: take it out of MASTER_ENCRYPTION_KEY`;
}
