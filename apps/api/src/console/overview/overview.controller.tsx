import { Clock } from '#domain';
import type { Browsing } from '../../auth/browser-sessions.js';
import type { PersonPrincipal } from '../../access/principal.js';
import { managesAllKeys } from '../../keys/api-key-access.js';
import { ApiKeyPresenter } from '../../keys/api-key-presenter.js';
import { ApiKeyQuery } from '../../keys/api-key-query.js';
import { HourlyOutcomes } from '../../usage/hourly-outcomes.js';
import type { Page } from '../frame/page.js';
import { Pages, ShowPage, Visitor } from '../frame/page.decorators.js';
import { type Attention, OverviewView } from './overview.view.js';
import { requestsByHour } from './requests-by-hour.js';

const HOUR_MS = 3_600_000;
const HOURS = 24;
/** Of each kind of key that wants attention, so many are named. */
const NAMED = 5;

@Pages()
export class OverviewPages {
  constructor(
    private readonly keys: ApiKeyQuery,
    private readonly present: ApiKeyPresenter,
    private readonly outcomes: HourlyOutcomes,
    private readonly clock: Clock,
  ) {}

  @ShowPage('dashboard', 'akm:keys:read')
  async show(@Visitor() { person, hasOneTimePassword }: Browsing): Promise<Page> {
    const now = this.clock.now();
    const seesAll = managesAllKeys(person);
    const first = (Math.floor(now / HOUR_MS) - HOURS + 1) * HOUR_MS;
    const outcomes = await this.outcomes.since(new Date(first), seesAll ? null : person.userId);
    return {
      title: 'Dashboard',
      section: 'dashboard',
      body: (
        <OverviewView
          counts={await this.keys.counts(person, now)}
          hours={requestsByHour(outcomes, first, HOURS)}
          attention={[
            await this.attention(person, now, 'Expiring within a week', { expiring_within_days: 7 }),
            await this.attention(person, now, 'Not used for 90 days', {
              unused_for_days: 90,
              status_filter: 'active',
            }),
          ]}
          seesAll={seesAll}
          hasOneTimePassword={hasOneTimePassword}
        />
      ),
    };
  }

  private async attention(
    person: PersonPrincipal,
    now: number,
    why: string,
    filter: Attention['filter'],
  ): Promise<Attention> {
    const found = await this.keys.page(person, { ...filter, page_size: NAMED, sort: 'expires_at' }, now);
    return { why, filter, total: found.total, keys: found.records.map((record) => this.present.view(record)) };
  }
}
