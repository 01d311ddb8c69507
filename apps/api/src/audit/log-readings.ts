import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock } from '#domain';
import { Config } from '../config/config.js';
import { CheckpointFolder } from '../log-tree/checkpoint-folder.js';
import { LogSigner } from '../log-tree/log-signer.js';
import { FAULTS_MAX, type LogVerificationDto } from './log-proofs.dto.js';
import { LogVerification } from './log-verification.js';

/** One reading of the whole log, which takes as long as the log is long. */
export interface LogReading {
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** How many places of the log were read, and how many there are; 0 of 0 before that is known. */
  readonly done: number;
  readonly size: number;
  /** What came of it. Rejects when the log could not be read. */
  readonly over: Promise<LogVerificationDto>;
}

/** Has this instance read the whole log, once at a time, and knows how far it has come. */
@Injectable()
export class LogReadings {
  #newest: LogReading | null = null;
  #isUnderWay = false;

  constructor(
    private readonly dataSource: DataSource,
    private readonly signer: LogSigner,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /** Begins one, unless one is under way: whoever asks meanwhile waits for the same. */
  begin(): LogReading {
    if (this.#newest && this.#isUnderWay) return this.#newest;
    const progress = { done: 0, size: 0 };
    const over = this.#read((done, size) => Object.assign(progress, { done, size })).finally(() => {
      this.#isUnderWay = false;
    });
    // Whoever began it may be gone by then. Who asks for it later is told.
    over.catch(() => undefined);
    this.#isUnderWay = true;
    this.#newest = Object.assign(progress, { startedAt: this.clock.now(), over });
    return this.#newest;
  }

  /** The one that was begun at this moment, under way or over, unless another was begun since. */
  begunAt(startedAt: number): LogReading | null {
    return this.#newest?.startedAt === startedAt ? this.#newest : null;
  }

  async #read(onProgress: (done: number, size: number) => void): Promise<LogVerificationDto> {
    const verifier = await this.signer.verifier();
    const folder = CheckpointFolder.in(this.config.database.dataDir);
    const report = await new LogVerification(this.dataSource, verifier, folder).run(onProgress);
    const { size, signedSize, entries, redacted, retired, checkpoints, faults } = report;
    return {
      valid: faults.length === 0,
      size,
      signed_size: signedSize,
      entries,
      redacted,
      retired,
      checkpoints,
      verifier_key: verifier.text,
      faults: faults.slice(0, FAULTS_MAX),
    };
  }
}
