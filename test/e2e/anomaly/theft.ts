import { AuditEntry } from '../../../apps/api/src/audit/audit-entry.entity.js';
import { OutgoingEvent } from '../../../apps/api/src/events/outgoing-event.entity.js';
import type { Answer, Person, TestApp } from '../../support/test-app.js';
import { anomalies, ELSEWHERE, forgetOthers, live, look, type Told, use } from './history.js';

export const HOUR_MS = 3_600_000;
export const POLICY = '/api/v1/anomalies/responses';

/** An anomaly with what was done about it. */
export interface Answered extends Told {
  readonly action_taken: string;
  readonly response: {
    readonly reaction: string;
    readonly dry_run: boolean;
    readonly withheld_because: string | null;
    readonly can_be_undone: boolean;
  } | null;
}

/** An admin, and the owner of the keys that a test is about. */
export class Cast {
  admin: Person;
  owner: Person;

  constructor(private readonly app: () => TestApp) {}

  /** Other people, whom nothing is known of. */
  async begin(): Promise<void> {
    this.admin = await this.app().person('admin');
    this.owner = await this.app().person();
    await forgetOthers(this.app());
  }

  /** A key of somebody who has another one, used from home for so long that it is known. */
  async knownKey(body: Record<string, unknown> = {}): Promise<{ id: string; secret: string }> {
    await this.app().key(this.owner, { never_expires: true });
    const key = await this.app().key(this.owner, { never_expires: true, ...body });
    await live(this.app(), key.secret, 6);
    this.admin = await this.app().signedIn(this.admin);
    this.owner = await this.app().signedIn(this.owner);
    return key;
  }

  async alertAbout(id: string): Promise<Answered | undefined> {
    const [newest] = await anomalies<Answered>(this.app(), this.owner.token, `?api_key_id=${id}`);
    return newest;
  }

  undo(id: string, by = this.owner): Promise<Answer<Answered>> {
    return this.app().call<Answered>('POST', `/api/v1/anomalies/${id}/undo`, { as: by.token });
  }

  async shown(id: string): Promise<Record<string, unknown>> {
    return (await this.app().call('GET', `/api/v1/keys/${id}`, { as: this.owner.token })).body;
  }
}

/** Has keys be throttled or suspended, or as if. */
export async function switchOn(app: TestApp, admin: Person, mode: 'dry_run' | 'act' = 'act'): Promise<void> {
  const set = (body: object) => app.call('PUT', POLICY, { as: admin.token, body });
  await set({ mode: 'dry_run', medium: 'throttle', high: 'throttle', critical: 'suspend', suspends_last_key: false });
  if (mode === 'act') await set({ mode });
}

/** Uses the key from three providers that it was never used from, within minutes: critical. */
export async function steal(app: TestApp, secret: string, isLookedAt = true): Promise<void> {
  for (const ip of ['198.51.100.9', '192.0.2.4', '100.64.3.2']) {
    await use(app, secret, { ...ELSEWHERE, ip });
    app.clock.advance(60_000);
  }
  if (isLookedAt) await look(app);
}

/** What is on record about a key. */
export function logged(app: TestApp, action: AuditEntry['action'], apiKeyId: string): Promise<AuditEntry[]> {
  return app.dataSource.manager.findBy(AuditEntry, { action, apiKeyId });
}

/** What the outside is told about a key. */
export function told(app: TestApp, type: OutgoingEvent['type'], subjectId: string): Promise<OutgoingEvent[]> {
  return app.dataSource.manager.findBy(OutgoingEvent, { type, subjectId });
}

interface Explained {
  readonly code: string;
  readonly summary: string;
  readonly passes_now: boolean | null;
}

/** Why a use was refused, as it is told. @param at when it was. */
export async function explained(
  app: TestApp,
  { token }: Person,
  { headers }: Answer,
  at = new Date(app.clock.now()).toISOString(),
): Promise<Partial<Explained>> {
  await app.ingest();
  const path = `/api/v1/requests/${headers.get('x-request-id') ?? ''}/explain?at=${at}`;
  return (await app.call<{ uses: Explained[] }>('GET', path, { as: token })).body.uses[0] ?? {};
}
