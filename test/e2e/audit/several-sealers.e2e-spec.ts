import { openCheckpoint } from '#domain';
import { LogSealing } from '../../../apps/api/src/audit/log-sealing.js';
import { LogVerification } from '../../../apps/api/src/audit/log-verification.js';
import { CheckpointFolder } from '../../../apps/api/src/log-tree/checkpoint-folder.js';
import { LogSigner } from '../../../apps/api/src/log-tree/log-signer.js';
import { TestApp } from '../../support/test-app.js';

const INSTANCES = process.env['TEST_DATABASE_URL'] === undefined ? 1 : 3;
const ROUNDS = 4;
/** More than are sealed at once, by all of them together. */
const CHANGES = 1_500;

let app: TestApp;
/** On a server several. The embedded database belongs to one process, which then seals twice at once. */
const instances: TestApp[] = [];

beforeAll(async () => {
  app = await TestApp.start();
  instances.push(app);
  while (instances.length < INSTANCES) instances.push(await app.another());
});

afterAll(async () => {
  for (const instance of instances.reverse()) await instance.stop();
});

/** -1 of a note that somebody else has signed. */
function sizeOf(opened: ReturnType<typeof openCheckpoint>): number {
  return 'checkpoint' in opened ? opened.checkpoint.size : -1;
}

const rows = <Row>(sql: string, params: unknown[] = []) => app.dataSource.query<Row[]>(sql, params);

/** What several people did at once, who knows where. */
async function change(count: number): Promise<void> {
  await rows(
    `INSERT INTO audit_log (id, timestamp, action, status_code, ip_address)
     SELECT gen_random_uuid(), $1, 'login_failed', 401, '203.0.113.7' FROM generate_series(1, $2::integer)`,
    [new Date(app.clock.now()), count],
  );
}

describe('instances that seal the log of one database at the same time', () => {
  beforeAll(async () => {
    const person = await app.person();
    const { secret } = await app.key(person);
    for (let round = 0; round < ROUNDS; round += 1) {
      await change(CHANGES);
      app.clock.advance(1_000);
      await Promise.all(
        instances.flatMap((instance) => [
          instance.call('GET', '/api/v1/protected/test', { key: secret }).then(() => instance.ingest()),
          instance.nest.get(LogSealing).sign(),
          instance.nest.get(LogSealing).sign(),
        ]),
      );
    }
    await Promise.all(instances.map((instance) => instance.nest.get(LogSealing).sign()));
  });

  it('give every entry one place, and no place twice', async () => {
    const places = await rows<{ leaf: number }>(
      'SELECT leaf::int AS leaf FROM audit_log UNION ALL SELECT leaf::int FROM usage_events ORDER BY leaf',
    );
    expect(places.length).toBeGreaterThan(ROUNDS * CHANGES);
    expect(places.map(({ leaf }) => leaf)).toEqual(places.map((_, at) => at));
    expect(await rows('SELECT size::int AS size FROM audit_tree')).toEqual([{ size: places.length }]);
  });

  it('sign one tree: what each has put into its folder is true of the log of all', async () => {
    const verifier = await app.nest.get(LogSigner).verifier();
    const [tree] = await rows<{ size: number }>('SELECT size::int AS size FROM audit_tree');
    for (const { dataDir } of instances) {
      const folder = CheckpointFolder.in(dataDir);
      const report = await new LogVerification(app.dataSource, verifier, folder).run();
      expect(report).toMatchObject({ faults: [], entries: tree?.size, signedSize: tree?.size });
      const sizes = folder.notes().map((note) => sizeOf(openCheckpoint(note, verifier)));
      expect(sizes.at(-1)).toBe(tree?.size);
      expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
    }
  });
});
