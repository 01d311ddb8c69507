import { randomBytes } from 'node:crypto';
import { masterKeyOf } from '#domain';
import { Config } from '../../../apps/api/src/config/config.js';
import { Encryption } from '../../../apps/api/src/encryption/encryption.js';
import { masterKeyCheck } from '../../../apps/api/src/encryption/master-key-check.js';
import { MasterKeyRotation } from '../../../apps/api/src/encryption/master-key-rotation.js';
import { SEALED_COLUMNS } from '../../../apps/api/src/encryption/sealed-columns.js';
import { type Person, TestApp } from '../../support/test-app.js';

const FORMER = randomBytes(32).toString('base64url');
const ROWS = 12;

const app = TestApp.forTests();
let owner: Person;
let current: string;
/** Of a server that was restarted with both keys, as the operator is told to. */
let encryption: Encryption;
let rotation: MasterKeyRotation;
let ids: string[];

beforeAll(async () => {
  owner = await app.person();
  [current = ''] = app.nest.get(Config).secrets.masterEncryption;
  encryption = Object.assign(app.nest.get(Encryption), { keys: [masterKeyOf(current), masterKeyOf(FORMER)] });
  rotation = new MasterKeyRotation(app.dataSource, encryption);
});

const check = (...secrets: string[]) =>
  app.dataSource.transaction(({ queryRunner }) =>
    queryRunner ? masterKeyCheck(secrets, app.clock)(queryRunner) : Promise.reject(new Error('no query runner')),
  );
const sealWithFormer = (id: string, text: string) => {
  const former = Object.assign(Object.create(Encryption.prototype) as Encryption, { keys: [masterKeyOf(FORMER)] });
  return app.dataSource.query('UPDATE api_keys SET secret_meta = $2 WHERE id = $1', [
    id,
    former.seal(SEALED_COLUMNS.secretMeta, id, text),
  ]);
};
const reveal = async (id: string) => {
  const path = `/api/v1/keys/${id}?reveal=secret_meta`;
  return (await app.call('GET', path, { as: owner.token })).body.secret_meta;
};
/** Of the values that are sealed here: the key of the log is sealed too, at the start and with the current one. */
const rowsOf = async (secret: string) =>
  (await rotation.status())
    .filter(({ keyId, table }) => keyId === masterKeyOf(secret).id && table === 'api_keys')
    .reduce((total, { rows }) => total + rows, 0);

beforeEach(async () => {
  await app.dataSource.query('UPDATE api_keys SET secret_meta = NULL');
  await check(FORMER, current);
  ids = [];
  for (let at = 0; at < ROWS; at++) {
    const { id } = await app.key(owner);
    await sealWithFormer(id, JSON.stringify({ at }));
    ids.push(id);
  }
});

describe('the rotation of the master key', () => {
  it('brings every value under the current key, says how far it is, and then the former key may go', async () => {
    expect([await rowsOf(FORMER), await rowsOf(current)]).toEqual([ROWS, 0]);
    await expect(check(current)).rejects.toThrow(masterKeyOf(FORMER).id);
    const progress: number[][] = [];
    const retired: string[] = [];
    const result = await rotation.rotate({
      batchRows: 5,
      onProgress: (...each) => progress.push(each),
      onRetired: (_, id) => Promise.resolve(void retired.push(id)),
    });
    expect(result).toEqual({ resealed: ROWS, failures: [], retired: [masterKeyOf(FORMER).id] });
    expect(retired).toEqual(result.retired);
    expect(progress).toEqual([
      [5, ROWS],
      [10, ROWS],
      [12, ROWS],
    ]);
    expect([await rowsOf(FORMER), await rowsOf(current)]).toEqual([0, ROWS]);
    expect(await Promise.all(ids.map(reveal))).toEqual(ids.map((_, at) => ({ at })));
    await check(current);
  });

  it('goes on where it was killed, at whichever row, and every value is readable throughout', async () => {
    const killed = () => {
      throw new Error('killed');
    };
    for (let row = 1; row <= ROWS; row++) {
      await expect(rotation.rotate({ batchRows: 1, onProgress: killed })).rejects.toThrow('killed');
      expect([await rowsOf(FORMER), await rowsOf(current)]).toEqual([ROWS - row, row]);
      expect(await Promise.all(ids.map(reveal))).toEqual(ids.map((_, at) => ({ at })));
      // All but the last kill leave something that needs the former key.
      await check(current, FORMER);
    }
    expect(await rotation.rotate()).toMatchObject({ resealed: 0, retired: [masterKeyOf(FORMER).id] });
  });

  it('loses no write that a server makes meanwhile', async () => {
    let round = 0;
    let isDone = false;
    const writing = Promise.all(
      ids.map(async (id) => {
        const write = (body: object) => app.call('PUT', `/api/v1/keys/${id}`, { as: owner.token, body });
        for (;;) {
          const last = ++round;
          expect((await write({ secret_meta: { round: last } })).status).toBe(200);
          if (isDone) return last;
        }
      }),
    );
    for (let turn = 0; turn < 5; turn++) {
      await rotation.rotate({ batchRows: 2 });
      await Promise.all(ids.slice(0, 6).map((id) => sealWithFormer(id, JSON.stringify({ round: -1 }))));
    }
    isDone = true;
    const last = await writing;
    await rotation.rotate();
    expect(await rowsOf(FORMER)).toBe(0);
    const values = (await Promise.all(ids.map(reveal))) as { round: number }[];
    // The first six were also written past the server: what is there is one of the two writes, whole.
    values.forEach((value, at) => {
      if (at < 6) expect([-1, last[at]]).toContain(value.round);
      else expect(value.round).toBe(last[at]);
    });
  });

  it('names what it cannot open, leaves it as it is, and keeps the former key for it', async () => {
    const [broken = '', ...whole] = ids;
    await app.dataSource.query(
      'UPDATE api_keys SET secret_meta = set_byte(secret_meta, 60, 255 - get_byte(secret_meta, 60)) WHERE id = $1',
      [broken],
    );
    const result = await rotation.rotate();
    expect(result).toEqual({ resealed: whole.length, failures: [expect.stringContaining(broken)], retired: [] });
    await expect(check(current)).rejects.toThrow(masterKeyOf(FORMER).id);
  });

  it('neither touches nor waits for answers that are kept for repetitions', async () => {
    const headers = { 'idempotency-key': 'kept-over-a-rotation' };
    const create = () => app.call('POST', '/api/v1/keys', { as: owner.token, body: { name: 'kept' }, headers });
    const first = await create();
    await app.dataSource.query(
      `UPDATE kept_answers SET answer = set_byte(answer, 1, 255 - get_byte(answer, 1))`, // another key's id
    );
    expect((await rotation.rotate()).retired).toEqual([masterKeyOf(FORMER).id]);
    await check(current);
    expect((await create()).body).toMatchObject({ code: 'IDEMPOTENCY_ANSWER_GONE' });
    expect(first.status).toBe(201);
  });
});
