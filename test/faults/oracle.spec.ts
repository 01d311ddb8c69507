import { type Reader } from './audit-tally.js';
import { type KeyAccount } from './ledger.js';
import { compare } from './oracle.js';

interface Stored {
  id: string;
  name: string;
  status: string;
  secrets: { key_prefix: string; state: 'current' | 'retiring' }[];
}

const first = 'akm_live_AAAAAAxxx';
const second = 'akm_live_BBBBBBxxx';

/** One key that was made, rotated with a grace period, and is in use; the server agrees with its writer. */
function rotatedKey() {
  const account: KeyAccount = {
    name: 'a',
    id: 'id-a',
    secrets: [first, second],
    graces: [true],
    revoked: false,
    inDoubt: null,
    inDoubtGrace: false,
  };
  const stored: Stored = {
    id: 'id-a',
    name: 'a',
    status: 'rotating',
    secrets: [
      { key_prefix: 'akm_live_BBBBBB', state: 'current' },
      { key_prefix: 'akm_live_AAAAAA', state: 'retiring' },
    ],
  };
  return {
    account,
    keys: [stored],
    audit: ['id-a api_key_created', 'id-a api_key_rotated'],
    accepts: new Set([first, second]),
    stored,
  };
}

type Scene = ReturnType<typeof rotatedKey>;

const serverOf = ({ keys, audit, accepts }: Scene): Reader => ({
  all: <Item>(path: string) => {
    const action = path.split('action=')[1];
    const rows = audit
      .filter((row) => row.endsWith(` ${action ?? ''}`))
      .map((row) => ({ api_key_id: row.split(' ')[0] }));
    return Promise.resolve((action ? rows : keys) as Item[]);
  },
  call: (_method, _path, _body, headers) => {
    const secret = headers?.['authorization']?.replace('ApiKey ', '') ?? '';
    return Promise.resolve({ status: accepts.has(secret) ? 200 : 401, body: {} });
  },
});

const check = (scene: Scene) => compare([scene.account], serverOf(scene));

describe('the judge of a recovery', () => {
  it('finds nothing wrong where nothing is', async () => {
    expect(await check(rotatedKey())).toEqual({ faults: [], applied: 0 });
  });

  const broken: [string, (scene: Scene) => void][] = [
    ['an acknowledged key is missing', ({ keys }) => keys.pop()],
    ['a key was made twice', ({ keys, stored }) => keys.push({ ...stored, id: 'id-b' })],
    ['nobody asked for this key', ({ keys, stored }) => keys.push({ ...stored, id: 'id-b', name: 'b' })],
    ['an acknowledged revocation is lost', ({ account }) => (account.revoked = true)],
    ['nobody asked to revoke it', ({ stored }) => (stored.status = 'revoked')],
    ['0 current secrets', ({ stored }) => stored.secrets.shift()],
    [
      '2 current secrets',
      ({ stored }) => stored.secrets.splice(1, 1, { key_prefix: 'akm_live_AAAAAA', state: 'current' }),
    ],
    ['0 retiring secrets', ({ stored }) => stored.secrets.pop()],
    ['the newest acknowledged secret is not the current one', ({ account }) => account.secrets.push('akm_live_CCCCCC')],
    ['0 rows api_key_created, expected 1', ({ audit }) => audit.shift()],
    ['2 rows api_key_rotated, expected 1', ({ audit }) => audit.push('id-a api_key_rotated')],
    ['1 audit rows of no known change', ({ audit }) => audit.push('id-z api_key_revoked')],
    ['a secret retired 0 times answers 401', ({ accepts }) => accepts.delete(second)],
    ['a secret retired 1 times answers 401', ({ accepts }) => accepts.delete(first)],
    [
      'a secret retired 0 times answers 200',
      ({ account, stored, audit }) => {
        account.revoked = true;
        stored.status = 'revoked';
        audit.push('id-a api_key_revoked');
      },
    ],
    [
      'a secret retired 1 times answers 200',
      ({ account, stored }) => {
        account.graces = [false];
        stored.secrets.pop();
      },
    ],
  ];

  it.each(broken)('says that %s', async (complaint, breakIt) => {
    const scene = rotatedKey();
    breakIt(scene);
    expect((await check(scene)).faults.join('\n')).toContain(complaint);
  });

  it('accepts a rotation in doubt that was made, and one that was not', async () => {
    const notMade = rotatedKey();
    notMade.account.inDoubt = 'rotate';
    expect(await check(notMade)).toEqual({ faults: [], applied: 0 });

    const made = rotatedKey();
    Object.assign(made.account, { secrets: [first], graces: [], inDoubt: 'rotate', inDoubtGrace: true });
    expect(await check(made)).toEqual({ faults: [], applied: 1 });
  });

  it('does not accept half of a rotation in doubt: the secret without its audit row', async () => {
    const half = rotatedKey();
    Object.assign(half.account, { secrets: [first], graces: [], inDoubt: 'rotate', inDoubtGrace: true });
    half.audit.pop();
    expect((await check(half)).faults).toEqual(['a (id-a): 0 rows api_key_rotated, expected 1']);
  });

  it('accepts a creation in doubt that was not made', async () => {
    const scene = rotatedKey();
    Object.assign(scene.account, { id: null, secrets: [], graces: [], inDoubt: 'create' });
    scene.keys.pop();
    scene.audit.length = 0;
    expect(await check(scene)).toEqual({ faults: [], applied: 0 });
  });
});
