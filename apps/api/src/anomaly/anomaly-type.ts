import type { Evidence } from '#domain';

/** What an alert is called outside. The names are part of the HTTP contract. */
export const ANOMALY_TYPES = [
  'request_spike',
  'request_drop',
  'error_spike',
  'denied_spike',
  'new_network',
  'multiple_ips',
  'impossible_travel',
  'unusual_time_pattern',
  'dormant_key_used',
  'scope_probing',
  'retired_secret_used',
  'credential_guessing',
  'canary_key_used',
  'shared_incident',
] as const;

/** What has no right to happen, and so no false form; and what is of no key. */
export const CERTAIN_TYPES: readonly AnomalyType[] = ['retired_secret_used', 'credential_guessing', 'canary_key_used'];

export type AnomalyType = (typeof ANOMALY_TYPES)[number];

/** From so many different things asked for in vain, refusals look like somebody who tries what a key may do. */
const PROBED_SCOPES = 2;

/**
 * The name of an alert whose strongest evidence this is. No evidence is called `error_spike` or `impossible_travel`: what
 * fails in the services behind akm is not known here, and where an address is on the map is too uncertain.
 */
export function anomalyTypeOf({ kind, observed, typical, facts }: Evidence): AnomalyType {
  switch (kind) {
    case 'place':
      return 'new_network';
    case 'denied':
      return Number(facts.scopes) >= PROBED_SCOPES ? 'scope_probing' : 'denied_spike';
    case 'sharing':
      return 'multiple_ips';
    case 'dormant':
      return 'dormant_key_used';
    case 'stuffing':
      return 'credential_guessing';
    case 'retired_secret':
      return 'retired_secret_used';
    case 'shared':
      return 'shared_incident';
    case 'canary':
      return 'canary_key_used';
    case 'shape':
      if (observed > typical[1]) return 'request_spike';
      return observed < typical[0] ? 'request_drop' : 'unusual_time_pattern';
  }
}
