import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type ChangeEntry, commitmentOf, encodeEntry, entryLeaf, type MerkleHash, type UseEntry } from '#domain';
import { problem } from '#problems';
import { Checkpoints, type KeptCheckpoint } from '../log-tree/checkpoints.js';
import { LogSigner } from '../log-tree/log-signer.js';
import { consistencyProof, inclusionProof, rootAt } from '../log-tree/tree-reader.js';
import type { LogConsistencyDto, LogConsistencyQueryDto, LogProofDto, LogVerificationDto } from './log-proofs.dto.js';
import { LogReadings } from './log-readings.js';
import { LogSealing } from './log-sealing.js';
import { timeOfUse } from './logged-use.js';
import { placedEntry, SEALED_ROWS, type SealedRow } from './sealed-row.js';

/** Proves to others what is in the log, and looks for what should not be. */
@Injectable()
export class LogProofs {
  constructor(
    private readonly dataSource: DataSource,
    private readonly sealing: LogSealing,
    private readonly checkpoints: Checkpoints,
    private readonly signer: LogSigner,
    private readonly readings: LogReadings,
  ) {}

  /** Reads the whole log. Whoever asks while it is read waits for the same reading. */
  verify(): Promise<LogVerificationDto> {
    return this.readings.begin().over;
  }

  /** By which everybody can verify the checkpoints of this log. */
  async verifierKey(): Promise<string> {
    return (await this.signer.verifier()).text;
  }

  /** The newest, of everything that has happened up to now. */
  async checkpoint(): Promise<KeptCheckpoint> {
    await this.sealing.sign();
    const newest = await this.checkpoints.newest();
    if (newest === null) throw problem('NOT_FOUND', { detail: 'Nothing has been logged yet.' });
    return newest;
  }

  async inclusion(id: string): Promise<LogProofDto> {
    const { size, note } = await this.checkpoint();
    const { entry, leaf, salt, commitment } = await this.#find(id);
    const { open, personal } = encodeEntry(entry);
    const bound = commitment ?? commitmentOf(personal, salt ?? Buffer.alloc(0));
    const proof = leaf < 0 ? undefined : await inclusionProof(this.dataSource, leaf, size);
    if (!proof) throw new Error(`The tree of the log has no proof for the entry ${id}: akm audit verify says why`);
    return {
      id,
      index: leaf,
      open,
      commitment: bound.toString('base64'),
      leaf: entryLeaf(open, bound).toString('base64'),
      proof: proof.map(base64),
      checkpoint: note,
      verifier_key: await this.verifierKey(),
    };
  }

  async consistency({ from, to }: LogConsistencyQueryDto): Promise<LogConsistencyDto> {
    const { size } = await this.checkpoint();
    const until = to ?? size;
    if (from > until || until > size) {
      const message = `must be from 1 up to ${from > until ? 'to' : String(size)}`;
      throw problem('VALIDATION_FAILED', { errors: [{ field: from > until ? 'from' : 'to', message }] });
    }
    const asks = this.dataSource;
    const [former, root, proof] = [
      await rootAt(asks, from),
      await rootAt(asks, until),
      await consistencyProof(asks, from, until),
    ];
    if (!former || !root || !proof) throw new Error('The tiles of the log are gone: akm audit verify says more');
    return { from, to: until, from_root: base64(former), to_root: base64(root), proof: proof.map(base64) };
  }

  async #find(id: string) {
    const { change, use } = SEALED_ROWS;
    const [changed] = await this.dataSource.query<SealedRow<ChangeEntry>[]>(
      `SELECT ${change.columns} FROM ${change.table} WHERE id = $1`,
      [id],
    );
    if (changed) return placedEntry('change', changed);
    const [used] = await this.dataSource.query<SealedRow<UseEntry>[]>(
      `SELECT ${use.columns} FROM ${use.table} WHERE timestamp = $2 AND id = $1`,
      [id, timeOfUse(id)],
    );
    if (used) return placedEntry('use', used);
    throw problem('NOT_FOUND');
  }
}

function base64(hash: MerkleHash): string {
  return hash.toString('base64');
}
