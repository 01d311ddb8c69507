import { covers } from '#domain';
import { AnomaliesService } from '../../anomaly/anomalies.service.js';
import { anomalyView } from '../../anomaly/anomaly.view.js';
import { ListAnomaliesDto } from '../../anomaly/list-anomalies.dto.js';
import type { Browsing } from '../../auth/browser-sessions.js';
import { stretchOf } from '../../http/page.dto.js';
import { ApiKeyStore } from '../../keys/api-key-store.js';
import { Asked, type Query } from '../frame/asked.decorator.js';
import { checked } from '../frame/checked.js';
import { orFiltersAgain } from '../frame/filled.js';
import type { Page } from '../frame/page.js';
import { Pages, ShowPage, Visitor } from '../frame/page.decorators.js';
import { AlertListView, type FoundAlerts } from './alert-list.view.js';

const PAGE_SIZE = 25;

/** What was noticed about keys: of one’s own, and for admins of everybody’s. */
@Pages()
export class AlertListPages {
  constructor(
    private readonly anomalies: AnomaliesService,
    private readonly keys: ApiKeyStore,
  ) {}

  @ShowPage('dashboard/alerts', 'akm:anomalies:read')
  list(@Visitor() visitor: Browsing, @Asked() { page, ...filters }: Query): Promise<Page> {
    const maySet = covers(visitor.person.scopes, 'akm:anomalies:all');
    return orFiltersAgain(
      filters,
      () => this.find(visitor, { ...filters, ...(page !== undefined && { page }) }),
      (filled, found) => ({
        title: 'Alerts',
        section: 'alerts',
        body: <AlertListView filled={filled} filters={filters} found={found} maySet={maySet} />,
      }),
    );
  }

  private async find({ person }: Browsing, query: Query): Promise<FoundAlerts> {
    const dto = await checked(ListAnomaliesDto, query);
    const asked = { page: dto.page ?? 1, page_size: PAGE_SIZE };
    const { take, skip } = stretchOf(asked);
    const [rows, total] = await this.anomalies.page(person, dto, take, skip);
    const names = await this.keys.namesOf(rows.map(({ keyId }) => keyId));
    return { alerts: rows.map(anomalyView), names, ...asked, total };
  }
}
