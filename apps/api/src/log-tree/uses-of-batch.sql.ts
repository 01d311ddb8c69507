/**
 * For a LATERAL join: uses of a row of `usage_uncounted` that is called `batch`, those that lie in the log where it says and
 * fulfil `condition`. The OFFSET has each batch read by itself, by its place or by what the condition names.
 */
export function usesOfBatch(columns: string, condition: string): string {
  return `
    SELECT ${columns} FROM usage_events
    WHERE leaf >= batch.leaf AND leaf < batch.leaf + batch.uses
      AND timestamp BETWEEN batch.first_at AND batch.last_at AND ${condition} OFFSET 0`;
}
