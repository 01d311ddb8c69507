import { AuditTally, type Reader } from './audit-tally.js';
import { type KeyAccount } from './ledger.js';

interface StoredKey {
  id: string;
  name: string;
  status: string;
  secrets: { key_prefix: string; state: 'current' | 'retiring' }[];
}

export interface Finding {
  /** What is wrong, one line a key and fault. Empty after a good recovery. */
  faults: string[];
  /** Changes in doubt that turned out to have been made. */
  applied: number;
}

/** Compares what the writers know with what the restarted server says, key by key and audit row by audit row. */
export async function compare(accounts: readonly KeyAccount[], client: Reader): Promise<Finding> {
  const stored = await client.all<StoredKey>('/api/v1/keys', 100);
  const tally = await AuditTally.read(client);
  const byName = new Map(stored.map((key) => [key.name, key]));
  const faults = byName.size < stored.length ? ['a key was made twice'] : [];
  let applied = 0;
  for (const account of accounts) {
    const key = byName.get(account.name);
    byName.delete(account.name);
    if (!key) {
      if (account.inDoubt !== 'create') faults.push(`${account.name}: an acknowledged key is missing`);
      continue;
    }
    const outcome = settle(account, key);
    if (outcome.doubtApplied) applied++;
    const complaints = [
      ...faultsOfKey(account, key, outcome),
      ...tally.take(key.id, { create: 1, rotate: outcome.rotations, revoke: outcome.isRevoked ? 1 : 0 }),
      ...(await faultsOfUse(account, outcome, client)),
    ];
    faults.push(...complaints.map((complaint) => `${account.name} (${key.id}): ${complaint}`));
  }
  faults.push(...[...byName.keys()].map((name) => `${name}: nobody asked for this key`), ...tally.rest());
  return { faults, applied };
}

/** How the change in doubt went, read off the stored key. Everything else follows from the ledger. */
interface Outcome {
  isRevoked: boolean;
  rotations: number;
  /** Rotations since the newest acknowledged secret: 1 if the one in doubt was made. */
  rotatedInDoubt: 0 | 1;
  /** Whether the last rotation left the secret before it a grace period. */
  grace: boolean;
  doubtApplied: boolean;
}

function settle(account: KeyAccount, key: StoredKey): Outcome {
  const isRevoked = key.status === 'revoked';
  const rotatedInDoubt = account.inDoubt === 'rotate' && !isNewestCurrent(account, key) ? 1 : 0;
  return {
    isRevoked,
    rotations: account.graces.length + rotatedInDoubt,
    rotatedInDoubt,
    grace: rotatedInDoubt ? account.inDoubtGrace : (account.graces.at(-1) ?? false),
    doubtApplied: account.inDoubt === 'create' || (account.inDoubt === 'revoke' ? isRevoked : rotatedInDoubt === 1),
  };
}

function faultsOfKey(account: KeyAccount, key: StoredKey, outcome: Outcome): string[] {
  const faults: string[] = [];
  if (account.id !== null && account.id !== key.id) faults.push(`was acknowledged as ${account.id}`);
  if (account.revoked && !outcome.isRevoked) faults.push('an acknowledged revocation is lost');
  if (outcome.isRevoked && !account.revoked && account.inDoubt !== 'revoke') faults.push('nobody asked to revoke it');
  if (outcome.isRevoked) return faults;
  const current = key.secrets.filter(({ state }) => state === 'current').length;
  const retiring = key.secrets.length - current;
  if (current !== 1) faults.push(`${current} current secrets`);
  if (retiring !== (outcome.grace ? 1 : 0)) faults.push(`${retiring} retiring secrets`);
  if (account.id !== null && !outcome.rotatedInDoubt && !isNewestCurrent(account, key))
    faults.push('the newest acknowledged secret is not the current one');
  return faults;
}

/** Presents the two newest acknowledged secrets: the right ones have to work, and no other. */
async function faultsOfUse(account: KeyAccount, outcome: Outcome, client: Reader): Promise<string[]> {
  const faults: string[] = [];
  for (const [age, secret] of account.secrets.slice(-2).reverse().entries()) {
    const retirements = age + outcome.rotatedInDoubt;
    const isGood = !outcome.isRevoked && (retirements === 0 || (retirements === 1 && outcome.grace));
    const { status } = await client.call('GET', '/api/v1/verify', undefined, { authorization: `ApiKey ${secret}` });
    if (status !== (isGood ? 200 : 401)) faults.push(`a secret retired ${retirements} times answers ${status}`);
  }
  return faults;
}

function isNewestCurrent(account: KeyAccount, key: StoredKey): boolean {
  const current = key.secrets.find(({ state }) => state === 'current');
  return current !== undefined && (account.secrets.at(-1)?.startsWith(current.key_prefix) ?? false);
}
