/**
 * What a person asked a program for. Whoever asks for `--help`, or for what cannot be, is told what can, and the program
 * ends: with 0, or with 2.
 */
export function orHelp<Asked>(help: string, read: () => Asked): Asked {
  if (process.argv.slice(2).some((word) => word === '--help' || word === '-h')) {
    console.log(help);
    process.exit(0);
  }
  try {
    return read();
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${help}`);
    process.exit(2);
  }
}
