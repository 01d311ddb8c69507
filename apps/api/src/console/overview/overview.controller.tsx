import { Clock, covers } from '#domain';
import { AnomaliesService } from '../../anomaly/anomalies.service.js';
import { anomalyView } from '../../anomaly/anomaly.view.js';
import type { Browsing } from '../../auth/browser-sessions.js';
import type { PersonPrincipal } from '../../access/principal.js';
import { managesAllKeys } from '../../keys/api-key-access.js';
import { ApiKeyPresenter } from '../../keys/api-key-presenter.js';
import { ApiKeyQuery, type KeysAsked } from '../../keys/api-key-query.js';
import type { ListApiKeysDto } from '../../keys/list-api-keys.dto.js';
import { HourlyOutcomes } from '../../usage/hourly-outcomes.js';
import type { Page } from '../frame/page.js';
import { Pages, ShowPage, Visitor } from '../frame/page.decorators.js';
import { type KeysInNeed, type OpenAlerts, OverviewView } from './overview.view.js';
import { requestsByHour } from './requests-by-hour.js';

const HOUR_MS = 3_600_000;
const HOURS = 24;
/** Of each kind of thing that wants attention, so many are named. */
const NAMED = 5;

@Pages()
export class OverviewPages {
  constructor(
    private readonly keys: ApiKeyQuery,
    private readonly present: ApiKeyPresenter,
    private readonly anomalies: AnomaliesService,
    private readonly outcomes: HourlyOutcomes,
    private readonly clock: Clock,
  ) {}

  @ShowPage('dashboard', 'akm:keys:read')
  async show(@Visitor() { person, hasOneTimePassword }: Browsing): Promise<Page> {
    const now = this.clock.now();
    const seesAll = managesAllKeys(person);
    const first = (Math.floor(now / HOUR_MS) - HOURS + 1) * HOUR_MS;
    const counts = await this.keys.counts(person, now);
    const [outcomes, alerts, ...keys] = await Promise.all([
      this.outcomes.since(new Date(first), seesAll ? null : person.userId),
      this.alerts(person),
      // Most of the time there is nothing to look for them among.
      ...(counts.disabled > 0 ? [this.suspended(person, now)] : []),
      this.inNeed(person, now, 'Expiring within a week', { expiring_within_days: 7 }),
      this.inNeed(person, now, 'Not used for 90 days', { unused_for_days: 90, status_filter: 'active' }),
    ]);
    return {
      title: 'Dashboard',
      section: 'dashboard',
      body: (
        <OverviewView
          counts={counts}
          hours={requestsByHour(outcomes, first, HOURS)}
          alerts={alerts}
          keys={keys}
          seesAll={seesAll}
          hasOneTimePassword={hasOneTimePassword}
        />
      ),
    };
  }

  private async alerts(person: PersonPrincipal): Promise<OpenAlerts> {
    if (!covers(person.scopes, 'akm:anomalies:read')) return { total: 0, newest: [] };
    const [newest, total] = await this.anomalies.page(person, { resolved: false }, NAMED, 0);
    return { total, newest: newest.map(anomalyView) };
  }

  private suspended(person: PersonPrincipal, now: number): Promise<KeysInNeed> {
    const shownBy = { status_filter: 'disabled' } as const;
    return this.inNeed(person, now, 'Suspended because of an alert', { ...shownBy, is_suspended: true }, shownBy);
  }

  /** @param shownBy what the list of keys is asked for to see all of them. */
  private async inNeed(
    person: PersonPrincipal,
    now: number,
    why: string,
    filter: Partial<KeysAsked>,
    shownBy: Partial<ListApiKeysDto> = filter,
  ): Promise<KeysInNeed> {
    const found = await this.keys.page(person, { ...filter, page_size: NAMED, sort: 'expires_at' }, now);
    return { why, shownBy, total: found.total, keys: found.records.map((record) => this.present.view(record)) };
  }
}
