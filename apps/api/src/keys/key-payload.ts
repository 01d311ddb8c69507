import type { KeyPayload } from '../events/event-type.js';
import type { ApiKeyRecord } from './api-key.view.js';

/** What every event about a key says of it. */
export function keyPayload({ key, secrets }: Pick<ApiKeyRecord, 'key' | 'secrets'>): KeyPayload {
  return {
    api_key_id: key.id,
    owner_id: key.ownerId,
    name: key.name,
    key_prefix: secrets[0]?.display ?? '',
    environment: key.environment,
    external_id: key.externalId,
  };
}
