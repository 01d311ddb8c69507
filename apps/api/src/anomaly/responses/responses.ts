import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type Alert, Clock, reactionTo, respond, type Response } from '#domain';
import { ApiKeyChange, type Change } from '../../keys/api-key-change.js';
import { keyPayload } from '../../keys/key-payload.js';
import { Anomaly } from '../anomaly.entity.js';
import { actionTakenOf, strengthOf } from './action-taken.js';
import { readCircumstances } from './key-circumstances.js';
import { ResponsePolicies } from './response-policies.js';

/**
 * Does about alerts what somebody has switched on. The change of the key, its entry in the log and its event are in the
 * transaction that writes the alert: a key is suspended exactly if its alert says so, and every instance knows it then.
 */
@Injectable()
export class Responses {
  constructor(
    private readonly policies: ResponsePolicies,
    private readonly keys: ApiKeyChange,
    private readonly clock: Clock,
  ) {}

  /** Notes in the anomaly what was done about its alert. The anomaly is in the database; the watch is locked. */
  async answer(manager: EntityManager, anomaly: Anomaly, alert: Alert): Promise<void> {
    const now = this.clock.now();
    const response = await this.respond(manager, anomaly, alert, now);
    // What was done before about the same anomaly stands, unless this is more.
    if (strengthOf(response) <= strengthOf(anomaly.response)) return;
    // Somebody may have disabled or revoked the key since it was looked at.
    if (!(await this.isActedUpon(manager, anomaly, response))) return;
    anomaly.actionTaken = actionTakenOf(response);
    anomaly.response = response;
    anomaly.respondedAt = new Date(now);
    const { actionTaken, respondedAt } = anomaly;
    await manager.update(Anomaly, { id: anomaly.id }, { actionTaken, response, respondedAt });
  }

  private async respond(manager: EntityManager, { keyId }: Anomaly, alert: Alert, now: number): Promise<Response> {
    const policy = await this.policies.read(manager);
    if (keyId === null || reactionTo(alert, policy) === 'notify') return { kind: 'notified' };
    const about = { keyId, since: alert.since, isDryRun: policy.mode !== 'act' };
    const circumstances = await readCircumstances(manager, about, now);
    if (circumstances === undefined) return { kind: 'notified' };
    const response = respond(alert, policy, circumstances, now);
    if (response.kind === 'withheld' && response.because === 'circuit_breaker')
      await this.policies.trip(manager, keyId, circumstances.keys, now);
    return response;
  }

  private async isActedUpon(manager: EntityManager, { id, keyId }: Anomaly, response: Response): Promise<boolean> {
    if (keyId === null || response.kind === 'notified' || response.kind === 'withheld' || response.isDryRun)
      return true;
    const change = response.kind === 'suspended' ? suspension(id, response) : throttle(id, response);
    return (await this.keys.applyWithin(manager, { id: keyId }, () => change)) !== undefined;
  }
}

function suspension(anomalyId: string, { until }: Extract<Response, { kind: 'suspended' }>): Change {
  return {
    action: 'disable',
    audited: 'api_key_suspended',
    columns: { state: 'disabled', suspendedBy: anomalyId },
    metadata: { anomaly_id: anomalyId, undoable_until: new Date(until) },
    event: (after) => ({
      type: 'key.disabled',
      ownerId: after.key.ownerId,
      data: { ...keyPayload(after), anomaly_id: anomalyId },
    }),
  };
}

function throttle(anomalyId: string, { perMinute, until }: Extract<Response, { kind: 'throttled' }>): Change {
  const throttled = { rate_limit_per_minute: perMinute, until: new Date(until) };
  return {
    action: 'update',
    audited: 'api_key_throttled',
    columns: { throttlePerMinute: perMinute, throttledUntil: new Date(until) },
    metadata: { anomaly_id: anomalyId, ...throttled },
    event: (after) => ({
      type: 'key.throttled',
      ownerId: after.key.ownerId,
      data: { ...keyPayload(after), anomaly_id: anomalyId, ...throttled },
    }),
  };
}
