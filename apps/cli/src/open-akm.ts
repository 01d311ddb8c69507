import { SystemClock } from '#domain';
import { AuditEntry } from '../../api/src/audit/audit-entry.entity.js';
import { AuditLog } from '../../api/src/audit/audit-log.js';
import { FirstAdmin } from '../../api/src/auth/first-admin.js';
import { PasswordHasher } from '../../api/src/auth/password-hasher.js';
import { User } from '../../api/src/auth/user.entity.js';
import { Users } from '../../api/src/auth/users.js';
import { loadConfig } from '../../api/src/config/config.js';
import { openDataSource } from '../../api/src/database/data-source.js';
import { Encryption } from '../../api/src/encryption/encryption.js';
import { logKeyCheck, logTreeCheck } from '../../api/src/log-tree/log-tree-check.js';
import { MasterKeyRotation } from '../../api/src/encryption/master-key-rotation.js';
import { masterKeyCheck } from '../../api/src/encryption/master-key-check.js';
import { KeptAddresses } from '../../api/src/http/kept-addresses.js';
import { type AkmLog, openLog } from './open-log.js';

/** The parts of akm that commands use, on the database that the environment names. */
export interface Akm {
  readonly firstAdmin: Pick<FirstAdmin, 'create'>;
  readonly masterKeys: Pick<MasterKeyRotation, 'currentKeyId' | 'status' | 'rotate'>;
  readonly audit: Pick<AuditLog, 'record'>;
  readonly log: AkmLog;
  close(): Promise<void>;
}

export interface OpenOptions {
  /** Whether a database may be opened that is not the one it was: for commands that look at it, or say how to go on. */
  readonly mayBeSealed?: boolean;
}

/**
 * Opens akm without a server, in a fraction of the time: the parts are put together by hand. An embedded database is
 * never begun here: whoever forgot DATABASE_URL or DATA_DIR would get an administrator of an empty one.
 * @throws Error in plain words when the configuration is wrong, or the database is away or in use.
 */
export async function openAkm({ mayBeSealed = false }: OpenOptions = {}): Promise<Akm> {
  const config = loadConfig({ mayBegin: false });
  const { database, secrets } = config;
  const clock = new SystemClock();
  const complain = (message: string) => process.stderr.write(`akm: ${message}\n`);
  const log = { warn: complain, error: complain };
  const dataSource = await openDataSource({
    ...database,
    poolSize: 1,
    entities: [User, AuditEntry],
    log,
    check: async (runner) => {
      await masterKeyCheck(secrets.masterEncryption, clock)(runner);
      await (mayBeSealed ? logKeyCheck(config, clock) : logTreeCheck(config, clock, complain))(runner);
    },
  });
  const audit = new AuditLog(clock, new KeptAddresses(config));
  return {
    firstAdmin: new FirstAdmin(dataSource, new PasswordHasher(), new Users(dataSource, clock), audit),
    masterKeys: new MasterKeyRotation(dataSource, new Encryption(config)),
    audit,
    log: openLog(dataSource, config, clock, audit),
    close: () => dataSource.destroy(),
  };
}
