import { covers } from '#domain';
import { problem } from '#problems';
import type { Principal } from '../../access/principal.js';
import type { EndpointScope, WebhookEndpoint } from './webhook-endpoint.entity.js';

/** Whether the caller manages the endpoints of everybody, and may be told what happens to everybody. */
export function managesAllEndpoints(caller: Principal): boolean {
  return covers(caller.scopes, 'akm:webhooks:all');
}

/** Somebody else's endpoint and no endpoint at all look the same from outside. */
export function assertVisible(
  caller: Principal,
  endpoint: WebhookEndpoint | null,
): asserts endpoint is WebhookEndpoint {
  if (!endpoint || !(endpoint.ownerId === caller.userId || managesAllEndpoints(caller))) throw problem('NOT_FOUND');
}

export function assertMayHear(caller: Principal, scope: EndpointScope | undefined): void {
  if (scope !== 'all' || managesAllEndpoints(caller)) return;
  throw problem('FORBIDDEN', { detail: 'Only an admin is told what happens to the keys of others.' });
}

/** What WEBHOOK_URL says is changed there and nowhere else. */
export function assertChangeable(endpoint: WebhookEndpoint): void {
  if (endpoint.ownerId !== null) return;
  throw problem('CONFLICT', { detail: 'This endpoint is set by WEBHOOK_URL: change the configuration of the server.' });
}
