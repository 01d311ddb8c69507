// The rules of the product. Nothing here reads a clock, a database or a request: every fact is an argument.

// Time. Services inject a Clock and hand its `now` to the rules; tests inject one that stands still.
export { Clock, ManualClock, SystemClock } from './clock.js';

// For whoever makes, reads or stores keys: the one place that knows what a key looks like.
export {
  KEY_ENVIRONMENTS,
  digestOf,
  digestText,
  displayOf,
  generateKey,
  parseKey,
  redactKeys,
  type KeyEnvironment,
  type ParsedKey,
} from './key-format.js';
export { PlaintextKey } from './plaintext-key.js';

// For whoever changes a key: which actions its status allows.
export { allows, statusOf, type KeyAction, type KeyLife, type KeyState, type KeyStatus } from './key-state.js';

// For whoever grants permissions or asks for them.
export { BUILT_IN_PERMISSIONS, PERMISSION_LENGTH_MAX, covers, isPermission } from './permission.js';
export {
  QUERY_LENGTH_MAX,
  allOf,
  formatQuery,
  grantedIn,
  parseQuery,
  satisfies,
  type ParsedQuery,
  type PermissionQuery,
} from './permission-query.js';
export { narrowerPermissions, type NarrowerPermissions } from './narrower-permissions.js';

// For whoever judges the use of a key: collect the facts, then ask for the verdict.
export { VERDICT_CODES, decide, type Attempt, type KeyFacts, type VerdictCode } from './verdict.js';
export { addressFromBytes, contains, type Address, type AddressRange } from './address.js';

// For whoever asks afterwards why a use was let in or refused: from what is on record of it, in words.
export { explainVerdict } from './explanation/explain-verdict.js';
export {
  type ExplainedKey,
  type ExplainedRule,
  type Explanation,
  type KeyRules,
  type KeyStep,
  type RecordedUse,
  type Remedy,
  type RuleChange,
  type RuleName,
  type UsesBefore,
} from './explanation/explained-use.js';

// For whoever limits a rate: what a bucket admits, and what to say about it.
export { spend, type BucketPolicy, type BucketReading, type Spend } from './token-bucket.js';

// For whoever keeps a secret that must be read again: what a sealed value looks like, and where it opens.
export {
  masterKeyOf,
  openEnvelope,
  sealEnvelope,
  type MasterKey,
  type Opened,
  type SealContext,
  type SealedPlace,
} from './envelope.js';

// For whoever drives the passing of time: what is due, given what time it is.
export { WARNING_DAYS, warningDue, type ExpiringKey } from './expiry-warning.js';
export {
  graceEndsAt,
  isRotationDue,
  nextRotationAt,
  remindersOwed,
  type RotatingKey,
  type RotationPolicy,
  type WaitingSecretFacts,
} from './rotation.js';

// For whoever tries again what failed outside.
export { nextTry, type RetryPolicy } from './retry.js';

// For whoever counts uses that were paid for: what is left, and what a refill makes of it.
export {
  REFILL_INTERVALS,
  creditsAt,
  refillInMs,
  spendCredits,
  type Credits,
  type Refill,
  type RefillInterval,
} from './credits.js';

// For whoever keeps the log so that nobody can change it unseen: the tree over its entries (RFC 6962) …
export { EMPTY_ROOT, HASH_BYTES, LEAF_BYTE, hashInto, leafHash, nodeHash, type MerkleHash } from './merkle-hash.js';
export {
  EMPTY_FRONTIER,
  decodeFrontier,
  encodeFrontier,
  grow,
  rootOf,
  type Frontier,
  type Growth,
} from './merkle-frontier.js';
export {
  TILE_WIDTH,
  formatTilePath,
  nodeIn,
  parseTilePath,
  placeOf,
  upperTilesAt,
  type NodePlace,
  type TileAddition,
  type TileAddress,
  type TreeNode,
} from './merkle-tile.js';
export {
  consistencyRanges,
  hashOfRange,
  inclusionRanges,
  nodesOf,
  verifyConsistency,
  verifyInclusion,
  type LeafRange,
} from './merkle-proof.js';
export {
  SALT_BYTES,
  USE_V1,
  commitmentOf,
  encodeEntry,
  entryLeaf,
  leafOf,
  type ChangeEntry,
  type EncodedEntry,
  type LoggedEntry,
  type SealedEntry,
  type UseEntry,
} from './log-leaf.js';

// … what is signed of it (C2SP tlog-checkpoint) …
export {
  noteSigner,
  openNote,
  parseNoteVerifier,
  signNote,
  type NoteSigner,
  type NoteVerifier,
  type OpenedNote,
} from './signed-note.js';
export {
  claimedCheckpoint,
  openCheckpoint,
  parseCheckpoint,
  signCheckpoint,
  type Checkpoint,
  type OpenedCheckpoint,
} from './checkpoint.js';

export { signRetirement } from './retirement.js';

// … and the reading of it all, which says what is wrong and where.
export { LogVerifier } from './log-verifier.js';
export { type LogPiece, type LogReport, type PlacedEntry, type SignedRanges, type SizedNote } from './log-piece.js';
export { type LogFault, type LogFaultKind } from './log-fault.js';

// For whoever watches over keys: what a detector is told and says, when that is worth an alert, and how to word it.
export {
  NEVER_ALERTED,
  SEVERITIES,
  decide as decideAlert,
  type Alert,
  type QuietState,
  type Severity,
} from './anomaly/decide.js';
export {
  BREAKER_MS,
  REACTIONS,
  RESPONSE_MODES,
  THROTTLED_MS,
  UNDONE_MS,
  WITHHELD_BECAUSE,
  isUntried,
  reactionTo,
  respond,
  responsesAnHour,
  type Circumstances,
  type Reaction,
  type Response,
  type ResponseMode,
  type ResponsePolicy,
  type WithheldBecause,
} from './anomaly/respond.js';
export { EVIDENCE_KINDS, type Detector, type Evidence, type EvidenceKind } from './anomaly/evidence.js';
export { driftOf, type Drift } from './anomaly/drift.js';
export { explain } from './anomaly/explain.js';
export { SHAPE_CHANGED, SHARED_MS, isShared, sharedChange } from './anomaly/shared.js';
export {
  COLD_START,
  DEFAULT_BUDGET,
  calibrate,
  startingThresholds,
  type EvidenceRow,
  type Thresholds,
  type Watched,
} from './anomaly/thresholds.js';
export { decodePool, encodePool, initialPool, type Pool } from './anomaly/pool.js';
export { isKnownNetwork, place, type PlaceState } from './anomaly/place.js';
export { denied, type DeniedState } from './anomaly/denied.js';
export { sharing, type SharingState } from './anomaly/sharing.js';
export { dormant, type DormantState } from './anomaly/dormant.js';
export { shape, type Rollup, type ShapeState } from './anomaly/shape/shape.js';
export { stuffing, type StuffingState, type UnknownKey } from './anomaly/stuffing.js';
export { canary, retiredSecret, type CertainState, type RetiredUse } from './anomaly/certain.js';
export { type Place, UNKNOWN as UNKNOWN_PLACE, type Uses } from './anomaly/uses.js';
export { NoveltyMeter, type Novelty } from './anomaly/shape/novelty.js';
export { KEY_NOVELTY, type NoveltySetting } from './anomaly/shape/setting.js';
