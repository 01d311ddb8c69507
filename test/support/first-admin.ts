import { randomBytes } from 'node:crypto';
import { runToEnd, type ServerOptions, type ServerProcess } from './server-process.js';

/** What somebody signs in with for the first time. */
export interface Newcomer {
  readonly email: string;
  readonly password: string;
}

/** The administrator whom a start on an empty folder makes and prints. */
export async function printedAdmin(server: ServerProcess): Promise<Newcomer> {
  const [, email = '', password = ''] = await server.said(/First admin\s+(\S+)\s+One-time password\s+(\S+)/);
  return { email, password };
}

/** An administrator made by the command line: not beside a server on the embedded database, which is in use. */
export async function commandedAdmin(options: ServerOptions): Promise<Newcomer> {
  const username = `admin_${randomBytes(6).toString('hex')}`;
  const names = ['--email', `${username}@example.com`, '--username', username];
  const { exitCode, output } = await runToEnd('cli', ['admin', 'create', ...names, '--json'], options);
  const json = /^\{.*\}$/m.exec(output)?.[0];
  if (exitCode !== 0 || json === undefined) throw new Error(`akm admin create failed:\n${output}`);
  const { email, one_time_password: password } = JSON.parse(json) as { email: string; one_time_password: string };
  return { email, password };
}
