import type { DataSource } from 'typeorm';

const DAY_MS = 86_400_000;

/** What was told of a key because time passed: what, how many days after the start, and how many days were left. */
export async function storyOf(
  dataSource: DataSource,
  keyId: string,
  start: number,
): Promise<[action: string, day: number, daysLeft: number | null][]> {
  const rows = await dataSource.query<{ action: string; timestamp: Date; metadata: { days_left?: number } }[]>(
    `SELECT action, timestamp, metadata FROM audit_log WHERE api_key_id = $1 AND request_id IS NULL
     ORDER BY timestamp, action`,
    [keyId],
  );
  return rows.map(({ action, timestamp, metadata }) => [
    action,
    (timestamp.getTime() - start) / DAY_MS,
    metadata.days_left ?? null,
  ]);
}

/** The types of the events about a key, in order. */
export async function typesOfEvents(dataSource: DataSource, keyId: string): Promise<string[]> {
  const rows = await dataSource.query<{ type: string }[]>(
    'SELECT type FROM outgoing_events WHERE subject_id = $1 ORDER BY position',
    [keyId],
  );
  return rows.map(({ type }) => type);
}
