import { createReadStream, readFileSync, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { type Command, InvalidArgumentError } from 'commander';
import { type LogReport, type NoteVerifier, parseCheckpoint, parseNoteVerifier, type SizedNote } from '#domain';
import { verifyArchive } from '../../api/src/audit/log-archive.js';
import type { Akm } from './open-akm.js';
import { type Terminal, withAkm } from './terminal.js';

interface VerifyOptions {
  readonly file?: string;
  readonly key?: NoteVerifier;
  readonly checkpoint?: SizedNote;
  readonly json?: true;
}

/** `akm audit …`: whether the log is what it was. */
export function addAuditCommand(program: Command, terminal: Terminal): void {
  const audit = program.command('audit').description('The log, and the proof that nobody changed it.');
  audit
    .command('verify')
    .description('Read the whole log and compare it with the signed tree. Ends with 1 when something is wrong.')
    .option('--file <path>', 'an export instead of the database; needs --key', existingFile)
    .option('--key <verifier key>', 'by whom checkpoints must be signed', verifierKey)
    .option('--checkpoint <path>', 'a checkpoint that was kept elsewhere', checkpointIn)
    .option('--json', 'print the result as one JSON object')
    .action((options: VerifyOptions) => verify(terminal, options));
  audit
    .command('export')
    .description('Write the whole log, with all that is needed to verify it elsewhere, a line of JSON for each entry.')
    .action(() => withAkm(terminal, (akm) => akm.log.export(terminal.out), { mayBeSealed: true }));
  audit
    .command('key')
    .description('Show the verifier key. Give it to whoever is to verify checkpoints, once and on a safe way.')
    .action(() =>
      withAkm(
        terminal,
        async (akm) => {
          terminal.out(`${(await akm.log.verifier()).text}\n`);
        },
        { mayBeSealed: true },
      ),
    );
}

async function verify(terminal: Terminal, options: VerifyOptions): Promise<void> {
  const { file, key, checkpoint, json } = options;
  let report: LogReport | undefined;
  if (file === undefined) {
    await withAkm(
      terminal,
      async (akm) => {
        report = await akm.log.verify(checkpoint ? [checkpoint] : [], progressOn(terminal));
      },
      { mayBeSealed: true },
    );
  } else if (key === undefined) {
    throw new Error('An export is verified with --key: the key that it names itself proves nothing');
  } else {
    const lines = createInterface({ input: createReadStream(file), crlfDelay: Infinity });
    report = await verifyArchive(lines, key, checkpoint ? [checkpoint] : []);
  }
  if (!report) return;
  terminal.out(json ? `${JSON.stringify(report)}\n` : summary(report));
  if (report.faults.length > 0) throw new Error('The log is not what it was');
}

function summary({ size, signedSize, entries, redacted, retired, checkpoints, faults }: LogReport): string {
  const counts = `${size} places, ${entries} entries right (${redacted} without their person), ${retired} left in time`;
  const signed = `${checkpoints} checkpoints, which hold for the first ${signedSize} places; ${size - signedSize} come after`;
  const wrong = faults.slice(0, FAULTS_SHOWN).map(({ kind, leaf, id, detail }) => {
    return `${kind} at ${leaf}${id === null ? '' : ` (${id})`}: ${detail}`;
  });
  const verdict =
    faults.length === 0
      ? 'nothing is wrong'
      : `${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}, the first first:`;
  return [counts, signed, verdict, ...wrong, ''].join('\n');
}

const FAULTS_SHOWN = 20;

/** Tells a person at a terminal every so often how far it is. */
function progressOn({ err }: Terminal): Parameters<Akm['log']['verify']>[1] {
  let told = 0;
  return (done, size) => {
    const percent = Math.floor((done / size) * 100);
    if (percent < told + 10) return;
    told = percent;
    err(`${done} of ${size} places read\n`);
  };
}

function verifierKey(text: string): NoteVerifier {
  const key = parseNoteVerifier(text);
  if (!key) throw new InvalidArgumentError('It must be a verifier key, as akm audit key shows it.');
  return key;
}

function existingFile(path: string): string {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) throw new InvalidArgumentError('There is no such file.');
  return path;
}

function checkpointIn(path: string): SizedNote {
  let note: string;
  try {
    note = readFileSync(path, 'utf8').replace(/\n+$/, '\n');
  } catch {
    throw new InvalidArgumentError('There is no such file.');
  }
  const checkpoint = parseCheckpoint(note.slice(0, note.lastIndexOf('\n\n') + 1));
  if (!checkpoint) throw new InvalidArgumentError('There is no checkpoint in it.');
  return { size: checkpoint.size, note };
}
