import { openBuiltDatabase } from '../support/built-database.js';

/** A key at odds with its secrets or its audit rows. One of each kind of row is enough to be listed. */
const CONTRADICTIONS = `
  WITH secrets AS (
    SELECT key_id, count(*) AS secrets, max(version) AS newest,
           count(*) FILTER (WHERE retired_at IS NULL) AS current,
           count(*) FILTER (WHERE retired_at > now()) AS retiring
      FROM api_key_secrets GROUP BY key_id
  ), audited AS (
    SELECT api_key_id AS key_id,
           count(*) FILTER (WHERE action = 'api_key_created') AS created,
           count(*) FILTER (WHERE action = 'api_key_rotated') AS rotated,
           count(*) FILTER (WHERE action = 'api_key_revoked') AS revoked
      FROM audit_log WHERE action IN ('api_key_created', 'api_key_rotated', 'api_key_revoked') GROUP BY api_key_id
  )
  SELECT * FROM (SELECT id AS key_id, state FROM api_keys) AS keys
    FULL JOIN secrets USING (key_id) FULL JOIN audited USING (key_id)
   WHERE (created = 1 AND rotated = secrets - 1 AND revoked = (state = 'revoked')::int
          AND newest = secrets AND current = 1 AND retiring <= 1) IS NOT TRUE`;

/** Reads the tables themselves, once no server uses them: whatever the API does not show. */
export async function findContradictions(url: string | null, dataDir: string): Promise<string[]> {
  const database = await openBuiltDatabase(url, dataDir);
  try {
    return (await database.query<object[]>(CONTRADICTIONS)).map((row) => JSON.stringify(row));
  } finally {
    await database.destroy();
  }
}
