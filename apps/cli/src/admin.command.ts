import { type Command, InvalidArgumentError } from 'commander';
import { type Identity, parseEmail, parseUsername } from '../../api/src/auth/identity.js';
import type { Akm } from './open-akm.js';
import { type Terminal, withAkm } from './terminal.js';

interface CreateOptions {
  readonly email: string;
  readonly username: string;
  readonly json?: true;
}

/** `akm admin …`: administrators, for a server on which nobody can sign in. */
export function addAdminCommand(program: Command, terminal: Terminal): void {
  program
    .command('admin')
    .description('Administrators.')
    .command('create')
    .description('Make an administrator. Prints a password that signs in once and then only serves to choose another.')
    .requiredOption('--email <address>', 'e-mail address to sign in with', accepted(parseEmail, 'an e-mail address'))
    .requiredOption('--username <name>', 'username', accepted(parseUsername, '3 to 50 letters, digits and underscores'))
    .option('--json', 'print the result as one JSON object')
    .action((options: CreateOptions) => withAkm(terminal, (akm) => create(akm, terminal, options)));
}

async function create({ firstAdmin }: Akm, { out, err }: Terminal, options: CreateOptions): Promise<void> {
  const { email, username, json } = options;
  const { password } = await firstAdmin.create({ email, username });
  err(`${email} is an administrator now. The one-time password is shown only here.\n`);
  out(json ? `${JSON.stringify({ email, username, one_time_password: password })}\n` : `${password}\n`);
}

function accepted(parse: (text: string) => Identity | undefined, wanted: string) {
  return (text: string): string => {
    if (!parse(text)) throw new InvalidArgumentError(`It must be ${wanted}.`);
    return text;
  };
}
