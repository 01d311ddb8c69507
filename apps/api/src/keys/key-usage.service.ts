import { Injectable } from '@nestjs/common';
import { Clock } from '#domain';
import { problem } from '#problems';
import type { Principal } from '../access/principal.js';
import { type ActivityWindow, KeyActivities } from '../usage/key-activity.js';
import type { ApiKeyRecord } from './api-key.view.js';
import { ApiKeysService } from './api-keys.service.js';
import { type KeyUsageDto, type KeyUsageQueryDto, USAGE_POINTS_MAX, type UsageStep } from './key-usage.dto.js';
import { keyUsageDto } from './key-usage.presenter.js';

/** Tells what a key was used for. */
@Injectable()
export class KeyUsageService {
  constructor(
    private readonly keys: ApiKeysService,
    private readonly activities: KeyActivities,
    private readonly clock: Clock,
  ) {}

  /** @throws Problem NOT_FOUND, or VALIDATION_FAILED for a time that is empty or has too many steps. */
  async report(caller: Principal, keyId: string, query: KeyUsageQueryDto): Promise<KeyUsageDto> {
    const now = this.clock.now();
    const window = windowOf(query, now);
    return this.tell(await this.keys.get(caller, keyId), query.step, window, now);
  }

  /** The same of a key that was read already. */
  reportOf(record: ApiKeyRecord, query: KeyUsageQueryDto): Promise<KeyUsageDto> {
    const now = this.clock.now();
    return this.tell(record, query.step, windowOf(query, now), now);
  }

  private async tell(
    { key: { id: keyId }, secrets }: ApiKeyRecord,
    step: UsageStep,
    window: ActivityWindow,
    now: number,
  ): Promise<KeyUsageDto> {
    const activity = await this.activities.of(keyId, window);
    return keyUsageDto({ keyId, step, window, secrets, activity }, now);
  }
}

const STEP_MS: Readonly<Record<UsageStep, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };
const PERIOD_MS = 86_400_000;

function windowOf(query: KeyUsageQueryDto, now: number): ActivityWindow {
  const { to = new Date(now), step } = query;
  const { from = new Date(to.getTime() - PERIOD_MS) } = query;
  if (from >= to) throw refusal('from', 'from must be earlier than to');
  const window = { from, to, stepMs: STEP_MS[step] };
  if (pointsOf(window) > USAGE_POINTS_MAX) {
    throw refusal('step', `step must divide the time into at most ${USAGE_POINTS_MAX} parts: take a longer one`);
  }
  return window;
}

function pointsOf({ from, to, stepMs }: ActivityWindow): number {
  return Math.floor(to.getTime() / stepMs) - Math.floor(from.getTime() / stepMs) + 1;
}

function refusal(field: string, message: string) {
  return problem('VALIDATION_FAILED', { errors: [{ field, message }] });
}
