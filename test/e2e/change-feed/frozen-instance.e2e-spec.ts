import '../../support/e2e-timeout.js';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiClient } from '../../support/api-client.js';
import { eventually } from '../../support/eventually.js';
import { ServerProcess } from '../../support/server-process.js';
import { openTestDatabase, type TestDatabase } from '../../support/test-database.js';

const describeOnServer = process.env.TEST_DATABASE_URL ? describe : describe.skip;
/** For how long an instance believes what it knows. */
const LEASE_MS = 1_000;
const CLIENTS = 32;

describeOnServer('an instance that is frozen under load while another one revokes a key', () => {
  let database: TestDatabase;
  let folder: string;
  let awake: ServerProcess;
  let frozen: ServerProcess;

  beforeAll(async () => {
    database = await openTestDatabase();
    folder = mkdtempSync(join(tmpdir(), 'akm-frozen-'));
    const secret = () => randomBytes(32).toString('base64url');
    const env = {
      DATABASE_URL: database.settings.url ?? '',
      JWT_SECRET_KEY: secret(),
      MASTER_ENCRYPTION_KEY: secret(),
      REGISTRATION: 'open',
      LOG_LEVEL: 'error',
    };
    awake = await ServerProcess.start({ dataDir: folder, env });
    frozen = await ServerProcess.start({ dataDir: folder, env });
  });
  afterAll(async () => {
    frozen.thaw();
    await Promise.all([awake.kill(), frozen.kill()]);
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('accepts it for no request that was sent after the revocation was answered', async () => {
    const owner = await ApiClient.register(awake.url, 'owner');
    for (let round = 0; round < 3; round++) {
      const key = await owner.expect(201, 'POST', '/api/v1/keys', { name: 'test', rate_limit_per_minute: 10_000 });
      const answers: { code: unknown; sentAt: number }[] = [];
      let isOver = false;
      const use = async () => {
        const sentAt = performance.now();
        const { body } = await new ApiClient(frozen.url).call('GET', '/api/v1/verify', undefined, {
          'x-api-key': String(key['api_key']),
        });
        answers.push({ code: body['code'], sentAt });
      };
      const clients = Array.from({ length: CLIENTS }, async () => {
        while (!isOver) await use();
      });
      await eventually('the key is in use', () => answers.length > 10 * CLIENTS);
      expect(answers.every(({ code }) => code === 'VALID')).toBe(true);

      frozen.freeze();
      await owner.expect(204, 'DELETE', `/api/v1/keys/${String(key['id'])}`);
      const revokedAt = performance.now();
      await eventually('the lease is over', () => performance.now() > revokedAt + LEASE_MS);
      const waiting = Array.from({ length: CLIENTS }, use);
      frozen.thaw();
      await Promise.all(waiting);
      isOver = true;
      await Promise.all(clients);

      const after = answers.filter(({ sentAt }) => sentAt > revokedAt);
      expect(after.length).toBeGreaterThanOrEqual(CLIENTS);
      expect(after.filter(({ code }) => code === 'VALID')).toEqual([]);
    }
  });
});
