import { type NoteVerifier, openCheckpoint } from '#domain';
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
  const known = notes.map((note) => openCheckpoint(note, verifier)).filter((opened) => opened.kind === 'verified');
  const newest = known.reduce((max, { checkpoint }) => Math.max(max, checkpoint.size), 0);
  const root = known.find(({ checkpoint }) => checkpoint.size === newest)?.checkpoint.root;
  if (root === undefined) return notes.length === 0 ? { kind: 'good' } : { kind: 'another_log', size };
  if (newest > size) return { kind: 'rolled_back', size, signedSize: newest };
  const isSame = (await rootAt(asks, newest))?.equals(root) ?? false;
  return isSame ? { kind: 'good' } : { kind: 'rewritten', size, signedSize: newest };
}

/** The database must not be served from until an operator has said how to go on. */
export class SealedStart extends StartRefusal {
  constructor(readonly standing: LogStanding) {
    super(
      `akm starts sealed: ${describeStanding(standing)} Keys that were revoked may be valid in it. Nothing is served ` +
        `until "akm recover" has said how to go on.`,
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
