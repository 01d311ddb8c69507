import { Command } from 'commander';
import { VERSION } from '../../api/src/config/version.js';
import { addAdminCommand } from './admin.command.js';
import { addAuditCommand } from './audit.command.js';
import { addMasterKeyCommand } from './master-key.command.js';
import { addRecoverCommand } from './recover.command.js';
import type { Terminal } from './terminal.js';

/** The command line of the operator. Parsing throws a CommanderError instead of ending the process. */
export function createProgram(terminal: Terminal): Command {
  const program = new Command('akm')
    .description('Runs errands on an akm database, for whoever operates it.')
    .version(VERSION)
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
    .exitOverride()
    .showHelpAfterError('(add --help for the options)');
  addAdminCommand(program, terminal);
  addMasterKeyCommand(program, terminal);
  addAuditCommand(program, terminal);
  addRecoverCommand(program, terminal);
  return program;
}
