import type { Clock, KeyEnvironment } from '#domain';

export const GUARDS_OPTIONS = Symbol('guards options');

export interface GuardsOptions {
  /** Name of the service that uses the guards, as in a key's `allowed_services`. */
  readonly service?: string;
  /** The environment it runs in; absent: keys of every environment are welcome. */
  readonly environment?: KeyEnvironment;
  /** For `X-RateLimit-Reset`; the system's clock unless a test moves its own. */
  readonly clock: Clock;
}
