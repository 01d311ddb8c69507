import type { WebhookEndpointDto } from './webhook-endpoint.dto.js';
import type { WebhookEndpoint } from './webhook-endpoint.entity.js';

export function endpointView(endpoint: WebhookEndpoint, formerSecretEndsAt: Date | undefined): WebhookEndpointDto {
  return {
    id: endpoint.id,
    url: endpoint.url,
    events: endpoint.events,
    scope: endpoint.scope,
    owner_id: endpoint.ownerId,
    receives_pickups: endpoint.receivesPickups,
    former_secret_ends_at: formerSecretEndsAt ?? null,
    disabled_at: endpoint.disabledAt,
    created_at: endpoint.createdAt,
    updated_at: endpoint.updatedAt,
  };
}

/** What the audit log remembers of an endpoint. Of the URL only where it leads: the rest may be a secret of its receiver. */
export function auditedEndpoint({ id, url, events, scope }: WebhookEndpoint): Record<string, unknown> {
  return { endpoint_id: id, origin: new URL(url).origin, events, scope };
}
