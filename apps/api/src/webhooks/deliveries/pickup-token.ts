import type { PickupPayload } from '../../events/event-type.js';
import type { WaitingSecrets } from '../../keys/waiting-secrets.js';
import type { ClaimedDelivery } from './delivery-queue.js';

/**
 * What an event says at the moment in which it is sent. The token that picks up a new secret exists only sealed, in the
 * row that goes with the pick-up, and in the message itself: neither the event nor the list of deliveries has it, and
 * a message that comes late says that nothing waits any more.
 */
export async function withPickupToken(
  { eventType, data, receivesPickup }: Pick<ClaimedDelivery, 'eventType' | 'data' | 'receivesPickup'>,
  waiting: WaitingSecrets,
): Promise<object> {
  const { pickup } = data as { readonly pickup?: PickupPayload | null };
  if (eventType !== 'key.rotated' || !pickup) return data;
  const token = await waiting.tokenOf(pickup.id);
  if (token === undefined) return { ...data, pickup: null };
  return { ...data, pickup: { ...pickup, token: receivesPickup ? token : null } };
}
