import { parseArgs } from 'node:util';

export interface Options {
  readonly only: readonly string[];
  readonly rounds: number;
  readonly seconds: number;
  readonly keys: number;
  readonly revocations: number;
  readonly entries: number;
  readonly databaseUrl: string | null;
  readonly redisUrl: string | null;
  /** Whether the background thread of the server stays on the core of its event loop. */
  readonly oneCore: boolean;
  readonly list: boolean;
  readonly help: boolean;
}

export const HELP = `
The hot path, measured on this machine beside a bare Fastify hello and a raw node:http hello.

    npm run bench                             everything, briefly: about ten minutes
    npm run bench -- --only warm              one part; --list names them all
    npm run bench -- --only "GET /verify"     one scenario beside the hellos
    npm run bench -- --rounds 7 --seconds 5   steadier figures
    npm run bench -- --only limits --seconds 60
    npm run bench -- --only many-keys --keys 1000000
    npm run bench -- --only logs --entries 10000000

  --only NAME           parts or scenarios, comma-separated
  --rounds N            how often every scenario is run; medians are shown (3)
  --seconds N           how long each run takes (3)
  --keys N              keys of the parts cold and many-keys (100000)
  --revocations N       of the part revocation (1000)
  --entries N           of the log in the part logs (1000000)
  --database-url URL    a PostgreSQL on which databases may be made and dropped; else one is started
  --redis-url URL       a Redis that may be written to; else one is started
  --one-core            leave all threads of the server on one core
  --list, --help

It starts everything it needs on 127.0.0.1 and says what it could not start and left out. Where there are several cores
and taskset, the event loop of the server that is measured has one to itself, and its background thread, which stores uses in a
database server, is with everything else on the others. Ratios travel between machines, requests per second do not,
and neither is worth much on a machine that does other things meanwhile. Figures are also written to
bench/results/<date>.json. The exit code is 1 when a key was accepted after its revocation or a limit was exceeded: those
are promises. No figure of speed ever fails a run.`.trim();

export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true, default: [] },
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '3' },
      keys: { type: 'string', default: '100000' },
      revocations: { type: 'string', default: '1000' },
      entries: { type: 'string', default: '1000000' },
      'database-url': { type: 'string' },
      'redis-url': { type: 'string' },
      'one-core': { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  return {
    only: values.only.flatMap((names) => names.split(',')).map((name) => name.trim()),
    rounds: wholeNumber('rounds', values.rounds, 1, 50),
    seconds: wholeNumber('seconds', values.seconds, 1, 600),
    keys: wholeNumber('keys', values.keys, 10_000, 10_000_000),
    revocations: wholeNumber('revocations', values.revocations, 10, 100_000),
    entries: wholeNumber('entries', values.entries, 10_000, 100_000_000),
    databaseUrl: values['database-url'] ?? null,
    redisUrl: values['redis-url'] ?? null,
    oneCore: values['one-core'],
    list: values.list,
    help: values.help,
  };
}

/** Whether `--only` asks for this name, or for everything. */
export function asksFor({ only }: Options, ...names: readonly string[]): boolean {
  return only.length === 0 || names.some((name) => only.some((asked) => asked.toLowerCase() === name.toLowerCase()));
}

/** @throws RangeError that names the option. */
function wholeNumber(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new RangeError(`--${name} is a whole number from ${min} to ${max}.`);
}
