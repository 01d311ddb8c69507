import { type FileHandle, open } from 'node:fs/promises';

export type Change = 'create' | 'rotate' | 'revoke';

/** One key as its writer knows it: what was acknowledged, and what was asked and never answered. */
export interface KeyAccount {
  readonly name: string;
  /** Null until the creation was acknowledged. */
  id: string | null;
  /** Acknowledged secrets, the newest last. */
  secrets: string[];
  /** Whether the acknowledged rotation that retired each secret but the last left it a grace period. */
  graces: boolean[];
  revoked: boolean;
  inDoubt: Change | null;
  /** Whether the rotation in doubt asked for a grace period. */
  inDoubtGrace: boolean;
}

/**
 * What every writer asked and was answered, on disk before the request leaves and before the answer counts. Lines of
 * writers that wait together are written and synced together. Secrets stay in memory.
 */
export class Ledger {
  readonly accounts: KeyAccount[] = [];
  acknowledged: Record<Change, number> = { create: 0, rotate: 0, revoke: 0 };
  private pending: string[] = [];
  private syncing: Promise<void> = Promise.resolve();

  private constructor(private readonly file: FileHandle) {}

  static async open(path: string): Promise<Ledger> {
    return new Ledger(await open(path, 'a'));
  }

  /** Changes acknowledged so far, of every kind. */
  get total(): number {
    const { create, rotate, revoke } = this.acknowledged;
    return create + rotate + revoke;
  }

  newAccount(name: string): KeyAccount {
    const account: KeyAccount = {
      name,
      id: null,
      secrets: [],
      graces: [],
      revoked: false,
      inDoubt: null,
      inDoubtGrace: false,
    };
    this.accounts.push(account);
    return account;
  }

  async intend(account: KeyAccount, change: Change, grace = false): Promise<void> {
    account.inDoubt = change;
    account.inDoubtGrace = grace;
    await this.write({ intent: change, name: account.name, id: account.id, grace });
  }

  async acknowledge(account: KeyAccount, change: Change): Promise<void> {
    account.inDoubt = null;
    this.acknowledged[change]++;
    await this.write({ acknowledged: change, name: account.name, id: account.id });
  }

  async close(): Promise<void> {
    await this.syncing;
    await this.file.close();
  }

  private write(line: object): Promise<void> {
    this.pending.push(`${JSON.stringify(line)}\n`);
    this.syncing = this.syncing.then(() => this.flush());
    return this.syncing;
  }

  private async flush(): Promise<void> {
    if (this.pending.length === 0) return;
    const lines = this.pending.splice(0).join('');
    await this.file.write(lines);
    await this.file.datasync();
  }
}
