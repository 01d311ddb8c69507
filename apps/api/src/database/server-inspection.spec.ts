import type { DataSource } from 'typeorm';
import { inspectServer } from './server-inspection.js';

const SOUND = { version: 150_004, fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' };

async function warningsOf(facts: Partial<typeof SOUND>): Promise<string[]> {
  const warnings: string[] = [];
  const server = { query: () => Promise.resolve([{ ...SOUND, ...facts }]) } as unknown as DataSource;
  await inspectServer(server, (message) => warnings.push(message));
  return warnings;
}

describe('inspectServer', () => {
  it('is silent about a server that keeps what it acknowledges', async () => {
    expect(await warningsOf({})).toEqual([]);
    expect(await warningsOf({ synchronous_commit: 'remote_apply' })).toEqual([]);
  });

  it.each(['fsync', 'synchronous_commit', 'full_page_writes'])('warns of %s=off', async (setting) => {
    expect(await warningsOf({ [setting]: 'off' })).toEqual([expect.stringContaining(`runs with ${setting}=off`)]);
  });

  it('warns of synchronous_commit=local behind a standby no more than of on', async () => {
    expect(await warningsOf({ synchronous_commit: 'local' })).toEqual([]);
  });

  it('refuses a server that is too old', async () => {
    await expect(warningsOf({ version: 140_012 })).rejects.toThrow('PostgreSQL 14 is too old: akm needs 15 or newer');
  });
});
