/** What a key is to its owner at a moment. Stored are only the facts below; the passing of time changes the status. */
export type KeyStatus = 'active' | 'rotating' | 'disabled' | 'expired' | 'revoked';

export type KeyState = 'active' | 'disabled' | 'revoked';

export type KeyAction = 'update' | 'rotate' | 'end_grace' | 'disable' | 'enable' | 'revoke';

export interface KeyLife {
  readonly state: KeyState;
  /** First moment at which the key is no longer accepted; null: it never expires. */
  readonly expiresAt: number | null;
  /** First moment at which no earlier secret is accepted; null: no earlier secret is. */
  readonly retiringUntil: number | null;
}

/** The status shown. Where several apply, the one that is hardest to leave wins. */
export function statusOf(life: KeyLife, now: number): KeyStatus {
  if (life.state !== 'active') return life.state;
  if (life.expiresAt !== null && now >= life.expiresAt) return 'expired';
  if (life.retiringUntil !== null && now < life.retiringUntil) return 'rotating';
  return 'active';
}

/**
 * From a status, by an action, to where it may lead. An action that is not listed is a conflict.
 * Rotating without grace leads back to active; enabling shows whatever time has made of the key meanwhile; an update
 * revives an expired key if it extends its life. Nothing leaves `revoked`.
 */
export const TRANSITIONS: Readonly<Record<KeyStatus, Readonly<Partial<Record<KeyAction, readonly KeyStatus[]>>>>> = {
  active: {
    update: ['active'],
    rotate: ['rotating', 'active'],
    disable: ['disabled'],
    revoke: ['revoked'],
  },
  rotating: {
    update: ['rotating'],
    rotate: ['rotating', 'active'],
    end_grace: ['active'],
    disable: ['disabled'],
    revoke: ['revoked'],
  },
  disabled: {
    update: ['disabled'],
    enable: ['active', 'rotating', 'expired'],
    revoke: ['revoked'],
  },
  expired: {
    update: ['active', 'expired'],
    revoke: ['revoked'],
  },
  revoked: {},
};

/** Where a key goes with no action at all, when its expiry or the end of a grace period comes. */
export const DRIFTS: Readonly<Record<KeyStatus, readonly KeyStatus[]>> = {
  active: ['expired'],
  rotating: ['active', 'expired'],
  disabled: [],
  expired: [],
  revoked: [],
};

export function allows(status: KeyStatus, action: KeyAction): boolean {
  return TRANSITIONS[status][action] !== undefined;
}
