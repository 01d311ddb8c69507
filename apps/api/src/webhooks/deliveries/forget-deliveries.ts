import type { DataSource } from 'typeorm';

/**
 * Forgets deliveries that were over before a moment (milliseconds since the epoch), then the events from before it that
 * nobody is told of any more.
 * @returns how many deliveries.
 */
export async function forgetBefore(dataSource: DataSource, moment: number): Promise<number> {
  const before = new Date(moment);
  const [, deliveries] = await dataSource.query<[unknown, number]>(
    `DELETE FROM webhook_deliveries WHERE settled_at < $1`,
    [before],
  );
  await dataSource.query(FORGET_EVENTS, [before]);
  return deliveries;
}

const FORGET_EVENTS = `
  DELETE FROM outgoing_events AS event
  WHERE event.dispatched_at < $1
    AND NOT EXISTS (SELECT FROM webhook_deliveries AS delivery WHERE delivery.event_id = event.id)`;
