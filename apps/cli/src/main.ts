import { CommanderError } from 'commander';
import { exitCodeOf, messageOf } from './failure.js';
import { openAkm } from './open-akm.js';
import { createProgram } from './program.js';

const program = createProgram({
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  open: openAkm,
});

try {
  await program.parseAsync();
} catch (error) {
  // Commander has said already what is wrong with the command line.
  if (!(error instanceof CommanderError)) process.stderr.write(`akm: ${messageOf(error)}\n`);
  process.exitCode = exitCodeOf(error);
}
