import { type Checkpoint, claimedCheckpoint, type NoteVerifier, openCheckpoint } from '#domain';
import { StartRefusal } from '../config/start-refusal.js';
import type { CheckpointFolder } from './checkpoint-folder.js';
import { type Asks, rootAt } from './tree-reader.js';

/** How the log in the database stands to what is known of it outside. */
export type LogStanding =
  | { readonly kind: 'good' }
  /** It is shorter than it was. */
  | { readonly kind: 'rolled_back'; readonly size: number; readonly signedSize: number }
  /** It is long enough, and does not begin with what was signed. */
  | { readonly kind: 'rewritten'; readonly size: number; readonly signedSize: number }
  /** The checkpoints in the folder are of other logs. */
  | { readonly kind: 'another_log'; readonly size: number };

/** Compares the newest checkpoint in the folder that this log has signed with the tree in the database. */
export async function standingOf(asks: Asks, folder: CheckpointFolder, verifier: NoteVerifier): Promise<LogStanding> {
  const notes = folder.notes();
  const [row] = (await asks.query('SELECT size::float8 AS size FROM audit_tree')) as { size: number }[];
  const size = row?.size ?? 0;
  const newest = newestOf(notes, verifier);
  if (newest === undefined) return notes.length === 0 ? { kind: 'good' } : { kind: 'another_log', size };
  if (newest.size > size) return { kind: 'rolled_back', size, signedSize: newest.size };
  const isSame = (await rootAt(asks, newest.size))?.equals(newest.root) ?? false;
  return isSame ? { kind: 'good' } : { kind: 'rewritten', size, signedSize: newest.size };
}

/** The largest that the log has signed. A day has tens of thousands of notes: signatures are verified from the top only. */
function newestOf(notes: readonly string[], verifier: NoteVerifier): Checkpoint | undefined {
  const claims = notes
    .map((note) => ({ note, claimed: claimedCheckpoint(note) }))
    .filter(({ claimed }) => claimed?.origin === verifier.name)
    .sort((a, b) => (b.claimed?.size ?? 0) - (a.claimed?.size ?? 0));
  for (const { note } of claims) {
    const opened = openCheckpoint(note, verifier);
    if (opened.kind === 'verified') return opened.checkpoint;
  }
  return undefined;
}

/** Whether nobody has ever used the database: nothing that was taken back elsewhere can be valid in it. */
export async function isUnused(asks: Asks): Promise<boolean> {
  const [row] = (await asks.query(UNUSED)) as { isUnused: boolean }[];
  return row?.isUnused ?? false;
}

const UNUSED = `
  SELECT size = 0 AND NOT EXISTS (SELECT FROM users) AND NOT EXISTS (SELECT FROM api_keys)
    AND NOT EXISTS (SELECT FROM audit_log) AND NOT EXISTS (SELECT FROM usage_events) AS "isUnused" FROM audit_tree`;

/** The database must not be served from until an operator has said how to go on. */
export class SealedStart extends StartRefusal {
  constructor(readonly standing: LogStanding) {
    super(
      `akm starts sealed: ${describeStanding(standing)} Keys that were revoked may be valid in it. Nothing is served ` +
        `and no command changes anything until somebody has said how to go on: run "npm run akm -- recover" first, ` +
        `it says what there is to do and changes nothing.`,
    );
    this.name = 'SealedStart';
  }
}

/** One sentence, for an operator. */
export function describeStanding(standing: LogStanding): string {
  switch (standing.kind) {
    case 'good':
      return 'The log goes on from the newest checkpoint in DATA_DIR.';
    case 'rolled_back':
      return (
        `The database is older than the newest checkpoint in DATA_DIR: its log has ${standing.size} entries and had ` +
        `${standing.signedSize}.`
      );
    case 'rewritten':
      return (
        `The log in the database is not the one that was signed: its first ${standing.signedSize} entries are not those ` +
        `of the newest checkpoint in DATA_DIR.`
      );
    case 'another_log':
      return 'The checkpoints in DATA_DIR are of another database.';
  }
}
