import { type ApiClient } from '../support/api-client.js';
import { type Change } from './ledger.js';

/** What is needed of the restarted server: the owner's view of it. */
export type Reader = Pick<ApiClient, 'all' | 'call'>;

const ACTIONS: Record<Change, string> = {
  create: 'api_key_created',
  rotate: 'api_key_rotated',
  revoke: 'api_key_revoked',
};

/** The audit rows of one person's keys, to be taken out change by change until none is left. */
export class AuditTally {
  private constructor(private readonly counts: Map<string, number>) {}

  static async read(client: Reader): Promise<AuditTally> {
    const counts = new Map<string, number>();
    for (const action of Object.values(ACTIONS)) {
      for (const row of await client.all<{ api_key_id: string }>(`/api/v1/logs/my-keys?action=${action}`, 500)) {
        const cell = `${row.api_key_id} ${action}`;
        counts.set(cell, (counts.get(cell) ?? 0) + 1);
      }
    }
    return new AuditTally(counts);
  }

  /** Takes the rows of one key, and says where there are more or fewer than expected. */
  take(keyId: string, expected: Record<Change, number>): string[] {
    return (Object.keys(ACTIONS) as Change[]).flatMap((change) => {
      const cell = `${keyId} ${ACTIONS[change]}`;
      const count = this.counts.get(cell) ?? 0;
      this.counts.delete(cell);
      return count === expected[change] ? [] : [`${count} rows ${ACTIONS[change]}, expected ${expected[change]}`];
    });
  }

  /** Rows that no change asked for. */
  rest(): string[] {
    return [...this.counts].map(([cell, count]) => `${count} audit rows of no known change: ${cell}`);
  }
}
