import { Injectable } from '@nestjs/common';
import { Clock, covers, explainVerdict, type RuleChange, type UsesBefore } from '#domain';
import { problem } from '#problems';
import type { Principal } from '../access/principal.js';
import type { LogRow } from '../audit/log-sources.js';
import { ApiKeyStore } from '../keys/api-key-store.js';
import type { ApiKeyRecord } from '../keys/api-key.view.js';
import { explainedKeyOf, isUse, recordedUseOf, type UseRow } from './explained-use.js';
import { RecordedRequests } from './recorded-requests.js';
import { CHANGES_MAX, type ExplainedUseDto, type RequestExplanationDto, USES_MAX } from './request-explanation.dto.js';
import { explainedChangeView, explainedUseView } from './request-explanation.view.js';
import { RuleChanges } from './rule-changes.js';
import { UsesBeforeRefusal } from './uses-before-refusal.js';

/** Explains what a request was answered, from what is on record of it and of the keys in it. */
@Injectable()
export class RequestExplanations {
  constructor(
    private readonly requests: RecordedRequests,
    private readonly keys: ApiKeyStore,
    private readonly changes: RuleChanges,
    private readonly usesBefore: UsesBeforeRefusal,
    private readonly clock: Clock,
  ) {}

  /** @throws Problem NOT_FOUND, in the same words for what is somebody else's and what is not there. */
  async explain(caller: Principal, requestId: string, at: Date | undefined): Promise<RequestExplanationDto> {
    const readsAll = covers(caller.scopes, 'akm:logs:all');
    const rows = await this.requests.find({ requestId, at, ownerId: readsAll ? undefined : caller.userId });
    if (rows.length === 0) throw problem('NOT_FOUND', { detail: NOT_ON_RECORD });
    const uses = rows.filter(isUse).slice(0, USES_MAX);
    const changes = rows.filter((row) => !isUse(row));
    return {
      request_id: requestId,
      uses: await this.explained(uses, readsAll ? '/api/v1/logs' : '/api/v1/logs/my-keys'),
      changes: changes.slice(0, CHANGES_MAX).map(explainedChangeView),
      changes_total: changes.length,
    };
  }

  private async explained(uses: readonly UseRow[], log: string): Promise<ExplainedUseDto[]> {
    const [first] = uses;
    if (!first) return [];
    const ids = idsOf(uses);
    const keys = new Map((await this.keys.findAll(ids)).map((record) => [record.key.id, record]));
    const changes = await this.changes.since(first.timestamp, ids);
    const before = await this.usesBeforeEach(uses);
    const now = this.clock.now();
    return uses.map((row) => {
      const id = row.api_key_id ?? '';
      return explainUse(row, { record: keys.get(id), changes: changes.get(id), before: before.get(id) }, log, now);
    });
  }

  private async usesBeforeEach(uses: readonly UseRow[]): Promise<Map<string, UsesBefore>> {
    const limited = uses.filter(({ outcome }) => outcome === 'RATE_LIMITED');
    const before = new Map<string, UsesBefore>();
    for (const { api_key_id: id, timestamp } of limited) {
      if (id !== null && !before.has(id)) before.set(id, await this.usesBefore.of(id, timestamp));
    }
    return before;
  }
}

/** Said to everybody who finds nothing, whatever the reason. */
const NOT_ON_RECORD =
  'No request of this id is on record that you may see. A use of a key is on record within seconds: ask again if it was ' +
  'just now. An id that your proxy gave is found with `at`, the time of the request.';

/** What is known of the key of a use. */
interface KnownOfKey {
  readonly record: ApiKeyRecord | undefined;
  readonly changes: readonly RuleChange[] | undefined;
  readonly before: UsesBefore | undefined;
}

function explainUse(row: UseRow, { record, changes = [], before }: KnownOfKey, log: string, now: number) {
  const key = record ? explainedKeyOf(record, row.secret_id, now) : null;
  const use = recordedUseOf(row, before ?? null);
  const later = changes.filter(({ at }) => at > use.at);
  return explainedUseView(row, key, explainVerdict(use, key, later, now), log);
}

function idsOf(rows: readonly LogRow[]): string[] {
  return [...new Set(rows.flatMap(({ api_key_id: id }) => id ?? []))];
}
