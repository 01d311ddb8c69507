import { Injectable } from '@nestjs/common';
import { argon2id, hash, needsRehash, verify } from 'argon2';
import { HashQueue } from './hash-queue.js';

/** OWASP's first choice for argon2id; `memoryCost` in KiB. One hash takes about 30 ms of a core. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** libuv has four threads for hashing, files and name resolution together: half of them stay free. */
const PARALLEL_MAX = 2;
/** About two seconds of work. */
const WAITING_MAX = 128;

/** Stands in where there is no account, so that an unknown e-mail address costs what a known one costs. */
const NOBODY = `$argon2id$v=19$m=19456,t=2,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`;

/** Argon2id in PHC string format. The whole password counts, in its NFKC form: `ﬁ` and `fi` are typed alike. */
@Injectable()
export class PasswordHasher {
  private readonly queue = new HashQueue(PARALLEL_MAX, WAITING_MAX);

  /** @throws Problem SERVICE_UNAVAILABLE when too many passwords are being hashed already. */
  hash(password: string): Promise<string> {
    return this.queue.run(() => hash(password.normalize('NFKC'), { ...PARAMETERS, type: argon2id }));
  }

  /**
   * False for an undefined hash, after the same work as for any other.
   * @throws Problem SERVICE_UNAVAILABLE when too many passwords are being hashed already.
   */
  async matches(passwordHash: string | undefined, password: string): Promise<boolean> {
    const isEqual = await this.queue.run(() => verify(passwordHash ?? NOBODY, password.normalize('NFKC')));
    return isEqual && passwordHash !== undefined;
  }

  /** Whether the hash was made with other parameters than today's and should be made again at the next sign-in. */
  isOutdated(passwordHash: string): boolean {
    return needsRehash(passwordHash, PARAMETERS);
  }
}
