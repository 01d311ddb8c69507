import type { EntityManager } from 'typeorm';

/** A use that an agent was just taken out of. */
interface FormerUse {
  readonly userAgent: string | null;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/**
 * Takes agents off the list in which texts of uses are searched, of each hour in which no other use has them, in the
 * transaction that took them out of the uses.
 */
export async function forgetAgents(manager: EntityManager, uses: readonly FormerUse[]): Promise<void> {
  const seen = new Map(
    uses.flatMap(({ userAgent, at }) => {
      const hour = Math.floor(at / HOUR_MS) * HOUR_MS;
      return userAgent === null ? [] : [[`${hour} ${userAgent}`, { userAgent, hour: new Date(hour) }] as const];
    }),
  );
  const agents = [...seen.values()];
  const params = [agents.map(({ userAgent }) => userAgent), agents.map(({ hour }) => hour)];
  const gone = await manager.query<{ text: string; hour: Date }[]>(GONE, params);
  if (gone.length === 0) return;
  // Uses are stored in one statement that reads the list first: whoever began before is waited for, and whoever begins
  // now waits and then sees what became of the list.
  await manager.query('LOCK TABLE usage_text_hours IN SHARE ROW EXCLUSIVE MODE');
  const texts = gone.map(({ text }) => text);
  await manager.query(FORGET_HOURS, [texts, gone.map(({ hour }) => hour)]);
  await manager.query(FORGET_TEXTS, [[...new Set(texts)]]);
}

const HOUR_MS = 3_600_000;

const SEEN = `unnest($1::text[], $2::timestamptz[]) AS seen (text, hour)`;
const IS_GONE = `
  NOT EXISTS (
    SELECT FROM usage_events
    WHERE timestamp >= seen.hour AND timestamp < seen.hour + interval '1 hour' AND user_agent = seen.text)`;

const GONE = `SELECT text, hour FROM ${SEEN} WHERE ${IS_GONE}`;

const FORGET_HOURS = `
  DELETE FROM usage_text_hours AS known USING ${SEEN}
  WHERE known.kind = 'agent' AND known.text = seen.text AND known.hour = seen.hour AND ${IS_GONE}`;

const FORGET_TEXTS = `
  DELETE FROM usage_texts AS known WHERE kind = 'agent' AND text = ANY ($1) AND NOT EXISTS (
    SELECT FROM usage_text_hours AS hours WHERE hours.kind = known.kind AND hours.text = known.text)`;
