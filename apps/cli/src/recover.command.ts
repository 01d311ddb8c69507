import type { Command } from 'commander';
import { describeStanding } from '../../api/src/log-tree/log-standing.js';
import type { Akm } from './open-akm.js';
import { type Terminal, withAkm } from './terminal.js';

interface Options {
  readonly accept?: true;
  readonly json?: true;
}

/** `akm recover`: the way on for a server that started sealed. */
export function addRecoverCommand(program: Command, terminal: Terminal): void {
  program
    .command('recover')
    .description('Say why akm starts sealed, and with --accept go on with the database as it is.')
    .option('--accept', 'go on: what the database does not have is lost, and the log says so')
    .option('--json', 'print the result as one JSON object')
    .action((options: Options) => withAkm(terminal, (akm) => recover(akm, terminal, options), { mayBeSealed: true }));
}

/** @throws Error when there is something to accept and nobody did. */
async function recover({ log }: Akm, { out }: Terminal, { accept, json }: Options): Promise<void> {
  const standing = await log.standing();
  if (standing.kind === 'good') {
    out(json ? `${JSON.stringify({ standing })}\n` : `${describeStanding(standing)} There is nothing to recover.\n`);
    return;
  }
  if (!accept) {
    out(json ? `${JSON.stringify({ standing })}\n` : `${describeStanding(standing)}\n${ADVICE}`);
    throw new Error('Nothing was changed. Restore a newer backup, or run akm recover --accept');
  }
  const { aside } = await log.accept();
  if (json) out(`${JSON.stringify({ standing, accepted: true, aside })}\n`);
  else
    out(
      `${describeStanding(standing)}\nAccepted, and written to the log. Former checkpoints: ${aside ?? 'none'}\n${AFTER}`,
    );
}

const ADVICE = `
What was changed since is not in this database: keys that were revoked, disabled or rotated may be valid again, people
who were deactivated may sign in, and new keys are unknown.

1. Look for a newer backup first. Restore it, and start akm: nothing else is needed if it is new enough.
2. If there is none, run akm recover --accept, start akm, and at once revoke or rotate what may have come back. An export
   of the log, or what webhooks were told, says what was revoked since.
`;

const AFTER = `
Start akm now. Then at once: revoke or rotate every key that may have been revoked or rotated since this backup, and
deactivate every account that was. The next checkpoint goes on from here.
`;
