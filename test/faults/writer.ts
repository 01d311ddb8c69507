import { type ApiClient } from '../support/api-client.js';
import { type KeyAccount, type Ledger } from './ledger.js';

/**
 * Changes keys of its own, one request after the other, until the server is gone. Returns an answer nobody asked for,
 * if there was one: while the server lives, every request has to succeed.
 */
export async function write(
  client: ApiClient,
  ledger: Ledger,
  name: string,
  random: () => number,
  isKilled: () => boolean,
): Promise<string | null> {
  const mine: KeyAccount[] = [];
  try {
    while (!isKilled()) {
      const live = mine.filter((account) => !account.revoked);
      const account = live[Math.floor(random() * live.length)];
      const choice = random();
      if (!account || choice < 0.3) mine.push(await create(client, ledger, `${name}-${mine.length}`));
      else if (choice < 0.75) await rotate(client, ledger, account, random() < 0.5);
      else await revoke(client, ledger, account);
    }
    return null;
  } catch (error) {
    if (isKilled() && isConnectionLost(error)) return null;
    return String(error);
  }
}

async function create(client: ApiClient, ledger: Ledger, name: string): Promise<KeyAccount> {
  const account = ledger.newAccount(name);
  await ledger.intend(account, 'create');
  const key = await client.expect(201, 'POST', '/api/v1/keys', { name });
  account.id = String(key['id']);
  account.secrets.push(String(key['api_key']));
  await ledger.acknowledge(account, 'create');
  return account;
}

async function rotate(client: ApiClient, ledger: Ledger, account: KeyAccount, grace: boolean): Promise<void> {
  await ledger.intend(account, 'rotate', grace);
  const path = `/api/v1/keys/${account.id ?? ''}/rotate`;
  const { new_key: key } = await client.expect(200, 'POST', path, { grace_period_hours: grace ? 24 : 0 });
  account.secrets.push(String((key as Record<string, unknown>)['api_key']));
  account.graces.push(grace);
  await ledger.acknowledge(account, 'rotate');
}

async function revoke(client: ApiClient, ledger: Ledger, account: KeyAccount): Promise<void> {
  await ledger.intend(account, 'revoke');
  await client.expect(204, 'DELETE', `/api/v1/keys/${account.id ?? ''}`);
  account.revoked = true;
  await ledger.acknowledge(account, 'revoke');
}

/** fetch says "fetch failed", or "terminated" when the answer broke off half way. */
function isConnectionLost(error: unknown): boolean {
  return error instanceof TypeError && /fetch failed|terminated/.test(error.message);
}
