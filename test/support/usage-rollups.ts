/**
 * Counts uses that were put into the database by hand, as the storing of a batch does for its own: into empty tables,
 * one statement after the other. $1 and $2 in each: from when on, and until when.
 */
export const USAGE_ROLLUPS = [
  `INSERT INTO usage_hours (key_id, hour, secret_id, outcome, uses, latency_us_sum, latency_us_max)
   SELECT COALESCE(key_id, '00000000-0000-0000-0000-000000000000'), date_bin('1 hour', timestamp, 'epoch'),
     COALESCE(CASE WHEN key_id IS NOT NULL THEN secret_id END, '00000000-0000-0000-0000-000000000000'), outcome, count(*), sum(latency_us), max(latency_us)
   FROM usage_events WHERE timestamp >= $1 AND timestamp < $2 GROUP BY 1, 2, 3, 4`,
  `INSERT INTO usage_outcomes (owner_id, hour, outcome, uses)
   SELECT whose, date_bin('1 hour', timestamp, 'epoch'), outcome, count(*)
   FROM usage_events, LATERAL (VALUES ('00000000-0000-0000-0000-000000000000'::uuid), (owner_id)) AS of (whose)
   WHERE whose IS NOT NULL AND timestamp >= $1 AND timestamp < $2 GROUP BY 1, 2, 3`,
  `INSERT INTO usage_text_hours (kind, text, hour, minute)
   SELECT kind, text, date_bin('1 hour', timestamp, 'epoch'), CASE
     WHEN date_bin('1 minute', min(timestamp), 'epoch') = date_bin('1 minute', max(timestamp), 'epoch')
     THEN date_bin('1 minute', min(timestamp), 'epoch') END
   FROM usage_events, LATERAL (VALUES ('agent', user_agent), ('endpoint', endpoint), ('method', method)) AS of (kind, text)
   WHERE text IS NOT NULL AND timestamp >= $1 AND timestamp < $2 GROUP BY 1, 2, 3`,
  `INSERT INTO usage_texts (kind, text)
   SELECT DISTINCT kind, text FROM usage_text_hours WHERE hour >= $1 AND hour < $2 ON CONFLICT DO NOTHING`,
];
