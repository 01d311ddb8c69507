// For a Nest service that protects routes with akm's keys.
export { GuardsModule, type GuardsModuleOptions } from './guards.module.js';
export { ApiKeyGuard, type GuardedRequest } from './api-key.guard.js';
export { permissionOfMethod, RequirePermissions, RequirePermissionsByMethod } from './require-permissions.decorator.js';
export { RouteMetadata } from './route-metadata.js';
export { CurrentKey } from './current-key.decorator.js';
export { GUARDS_OPTIONS, type GuardsOptions } from './guards-options.js';
export { RemoteKeyVerifier, type RemoteKeyVerifierOptions } from './remote-key-verifier.js';
// For whoever verifies keys: the port, and what it speaks of.
export { KeyVerifier, type CreditsLeft, type KeyAttempt, type Verification, type VerifiedKey } from './key-verifier.js';
// For whoever answers a request that showed a key.
export { presentedKey } from './presented-key.js';
export { shownAttempt, type ShowingRequest } from './shown-attempt.js';
export { REFUSALS, refusal } from './refusal.js';
export { rateLimitHeaders, rateLimitLines, tightestFirst } from './rate-limit-headers.js';
export { WrittenOnce } from './written-once.js';
