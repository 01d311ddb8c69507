import type { DataSource } from 'typeorm';
import type { Clock, LogReport, NoteVerifier, SizedNote } from '#domain';
import type { AuditLog } from '../../api/src/audit/audit-log.js';
import { archive } from '../../api/src/audit/log-archive.js';
import { LogSealing } from '../../api/src/audit/log-sealing.js';
import { LogVerification, type Progress } from '../../api/src/audit/log-verification.js';
import type { Config } from '../../api/src/config/config.js';
import { Encryption } from '../../api/src/encryption/encryption.js';
import { CheckpointFolder } from '../../api/src/log-tree/checkpoint-folder.js';
import { Checkpoints } from '../../api/src/log-tree/checkpoints.js';
import { type Acceptance, LogRecovery } from '../../api/src/log-tree/log-recovery.js';
import { LogSigner } from '../../api/src/log-tree/log-signer.js';
import type { LogStanding } from '../../api/src/log-tree/log-standing.js';
import { LogTree } from '../../api/src/log-tree/log-tree.js';

/** The log, for commands. */
export interface AkmLog {
  verifier(): Promise<NoteVerifier>;
  /** Beside what lies in DATA_DIR, `others` are checkpoints that somebody has kept elsewhere. */
  verify(others: readonly SizedNote[], onProgress: Progress): Promise<LogReport>;
  export(out: (text: string) => void): Promise<void>;
  standing(): Promise<LogStanding>;
  /** Goes on with the database as it is, and signs it. */
  accept(): Promise<Acceptance>;
}

export function openLog(dataSource: DataSource, config: Config, clock: Clock, audit: AuditLog): AkmLog {
  const signer = new LogSigner(dataSource, new Encryption(config));
  const tree = new LogTree(dataSource);
  const checkpoints = new Checkpoints(dataSource, tree, signer, clock, config);
  const folder = CheckpointFolder.in(config.database.dataDir);
  const recovery = new LogRecovery(dataSource, signer, folder, clock);
  return {
    verifier: () => signer.verifier(),
    verify: async (others, onProgress) =>
      new LogVerification(dataSource, await signer.verifier(), folder).run(onProgress, others),
    export: async (out) => {
      for await (const line of archive(dataSource, await signer.verifier())) out(line);
    },
    standing: () => recovery.standing(),
    accept: async () => {
      const acceptance = await recovery.accept((manager, standing) =>
        audit.record(manager, { action: 'log_recovered', origin: null, metadata: { ...standing } }),
      );
      await new LogSealing(dataSource, tree, checkpoints, clock, config).sign();
      return acceptance;
    },
  };
}
