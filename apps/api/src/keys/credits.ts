import { type EntityManager, In } from 'typeorm';
import { type Credits, creditsAt } from '#domain';
import type { ApiKey } from './api-key.entity.js';
import type { CreditsDto } from './credits.dto.js';
import { KeyCredits } from './key-credits.entity.js';

/** What a request says of credits, as the column of the key: absent stays absent, null: uses are not counted. */
export function creditsColumn(said: CreditsDto | null | undefined): Pick<Partial<ApiKey>, 'hasCredits'> {
  return said === undefined ? {} : { hasCredits: said !== null };
}

/** The credits a request asks for, from this moment on; null when it asks for none. */
export function creditsOf(said: CreditsDto | null | undefined, now: number): Credits | null {
  return said ? { remaining: said.remaining, refill: said.refill ?? null, refilledAt: now } : null;
}

/** Puts what is there in place of whatever was; null takes it away. */
export async function storeCredits(manager: EntityManager, keyId: string, credits: Credits | null): Promise<void> {
  if (credits) await manager.upsert(KeyCredits, rowOf(keyId, credits), ['keyId']);
  else await manager.delete(KeyCredits, { keyId });
}

/** By key id; keys without credits are not in the answer. */
export async function loadCredits(manager: EntityManager, keys: readonly ApiKey[]): Promise<Map<string, Credits>> {
  const ids = keys.filter(({ hasCredits }) => hasCredits).map(({ id }) => id);
  const rows = ids.length === 0 ? [] : await manager.findBy(KeyCredits, { keyId: In(ids) });
  return new Map(rows.map((row) => [row.keyId, creditsOfRow(row)]));
}

export function creditsOfRow(row: Omit<KeyCredits, 'keyId'>): Credits {
  const { remaining, refillAmount: amount, refillInterval: interval, refilledAt } = row;
  const refill = amount === null || interval === null ? null : { amount, interval };
  return { remaining, refill, refilledAt: refilledAt.getTime() };
}

/** As they are shown at a moment. */
export function creditsView(credits: Credits | null, now: number): CreditsDto | null {
  if (credits === null) return null;
  const { remaining, refill } = creditsAt(credits, now);
  return { remaining, refill };
}

function rowOf(keyId: string, { remaining, refill, refilledAt }: Credits): KeyCredits {
  return {
    keyId,
    remaining,
    refillAmount: refill?.amount ?? null,
    refillInterval: refill?.interval ?? null,
    refilledAt: new Date(refilledAt),
  };
}
