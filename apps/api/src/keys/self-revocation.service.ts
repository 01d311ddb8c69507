import { Injectable } from '@nestjs/common';
import { Clock, digestOf } from '#domain';
import { KeyVerifier, refusal } from '#guards';
import { Problem, problem } from '#problems';
import type { KeyPrincipal } from '../access/principal.js';
import type { RequestOrigin } from '../http/request-origin.js';
import { ApiKeyLifecycleService } from './api-key-lifecycle.service.js';
import { KeyLookup } from './verification/key-lookup.js';

/**
 * Lets whoever holds a key kill it, whatever else the key may or may not do and wherever it is held: a finder of a
 * leaked key, or a scanner, needs no account for it. A secret that was rotated out is no longer the key, and kills
 * nothing: it may well have been rotated out because it leaked.
 */
@Injectable()
export class SelfRevocationService {
  constructor(
    private readonly verifier: KeyVerifier,
    private readonly lookup: KeyLookup,
    private readonly lifecycle: ApiKeyLifecycleService,
    private readonly clock: Clock,
  ) {}

  /** Does nothing more for a key that is revoked already. @throws Problem of the verdict for what is no key of ours. */
  async revoke(presented: string | null, origin: RequestOrigin): Promise<void> {
    const { requestId, ip, userAgent, method, endpoint } = origin;
    // Only looks; and guessing is limited by address here as everywhere.
    const verification = await this.verifier.verify({
      presented,
      cost: 0,
      guessedFrom: ip,
      requestId,
      ip,
      userAgent,
      method,
      endpoint,
    });
    const now = this.clock.now();
    const known = verification.key && presented !== null ? await this.lookup.find(digestOf(presented)) : undefined;
    if (!known) throw refusal(verification, now) ?? problem('API_KEY_NOT_FOUND');
    const { retiredAt } = known.facts.secret;
    if (retiredAt !== null && now >= retiredAt) throw problem('API_KEY_GRACE_ENDED');
    if (known.facts.state === 'revoked') return;
    try {
      await this.lifecycle.revoke({ caller: holderOf(known.key), origin, id: known.key.id });
    } catch (error) {
      // Nothing but another revocation stops one, and then the key is dead as wished.
      if (!(error instanceof Problem && error.code === 'KEY_STATE_CONFLICT')) throw error;
    }
  }
}

/** Whoever holds the key acts for its owner in this one thing and has no scope for any other. */
function holderOf({ id, ownerId }: { readonly id: string; readonly ownerId: string }): KeyPrincipal {
  return { kind: 'key', keyId: id, userId: ownerId, role: 'readonly', permissions: [], scopes: [] };
}
