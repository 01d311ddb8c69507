import { PeopleKeysAudit1763800000000 } from './1763800000000-people-keys-audit.js';
import { Usage1763810000000 } from './1763810000000-usage.js';
import { Jobs1763850000000 } from './1763850000000-jobs.js';
import { MasterKeys1763851000000 } from './1763851000000-master-keys.js';
import { OutgoingEvents1763860000000 } from './1763860000000-outgoing-events.js';
import { KeptAnswers1763870000000 } from './1763870000000-kept-answers.js';
import { SecretMeta1763880000000 } from './1763880000000-secret-meta.js';
import { ExpiryAndGrace1763890000000 } from './1763890000000-expiry-and-grace.js';
import { Webhooks1763950000000 } from './1763950000000-webhooks.js';
import { LimitNotices1763960000000 } from './1763960000000-limit-notices.js';
import { ImportedKeys1763970000000 } from './1763970000000-imported-keys.js';
import { Credits1763980000000 } from './1763980000000-credits.js';
import { AutomaticRotation1764010000000 } from './1764010000000-automatic-rotation.js';
import { ChangeFeed1764020000000 } from './1764020000000-change-feed.js';
import { UsageDays1764030000000 } from './1764030000000-usage-days.js';
import { LogTree1764050000000 } from './1764050000000-log-tree.js';
import { GoneWebhooks1764090000000 } from './1764090000000-gone-webhooks.js';
import { LogIndex1764100000000 } from './1764100000000-log-index.js';
import { BrowserSessions1764130000000 } from './1764130000000-browser-sessions.js';
import { Anomalies1764150000000 } from './1764150000000-anomalies.js';
import { Erasures1764170000000 } from './1764170000000-erasures.js';
import { WatchedShapes1764180000000 } from './1764180000000-watched-shapes.js';
import { AnomalyBudget1764190000000 } from './1764190000000-anomaly-budget.js';
import { CanaryKeys1764210000000 } from './1764210000000-canary-keys.js';
import { KeyLists1764220000000 } from './1764220000000-key-lists.js';
import { AnomalyResponses1764230000000 } from './1764230000000-anomaly-responses.js';
import { ShapeChanges1764250000000 } from './1764250000000-shape-changes.js';
import { InsightDigests1764260000000 } from './1764260000000-insight-digests.js';
import { AskedPermissions1764270000000 } from './1764270000000-asked-permissions.js';
import { UncountedUses1764280000000 } from './1764280000000-uncounted-uses.js';
import { UseChunks1764290000000 } from './1764290000000-use-chunks.js';
import { ChangeIndexes1764300000000 } from './1764300000000-change-indexes.js';

/** Every migration, oldest first. */
export const migrations = [
  PeopleKeysAudit1763800000000,
  Usage1763810000000,
  Jobs1763850000000,
  MasterKeys1763851000000,
  OutgoingEvents1763860000000,
  KeptAnswers1763870000000,
  SecretMeta1763880000000,
  ExpiryAndGrace1763890000000,
  Webhooks1763950000000,
  LimitNotices1763960000000,
  ImportedKeys1763970000000,
  Credits1763980000000,
  AutomaticRotation1764010000000,
  ChangeFeed1764020000000,
  UsageDays1764030000000,
  LogTree1764050000000,
  GoneWebhooks1764090000000,
  LogIndex1764100000000,
  BrowserSessions1764130000000,
  Anomalies1764150000000,
  Erasures1764170000000,
  WatchedShapes1764180000000,
  AnomalyBudget1764190000000,
  CanaryKeys1764210000000,
  KeyLists1764220000000,
  AnomalyResponses1764230000000,
  ShapeChanges1764250000000,
  InsightDigests1764260000000,
  AskedPermissions1764270000000,
  UncountedUses1764280000000,
  UseChunks1764290000000,
  ChangeIndexes1764300000000,
];
