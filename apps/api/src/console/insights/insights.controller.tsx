import { covers } from '#domain';
import type { Browsing } from '../../auth/browser-sessions.js';
import { InsightsQueryDto } from '../../insights/insights.dto.js';
import { KeyInsights } from '../../insights/key-insights.js';
import { Asked, type Query } from '../frame/asked.decorator.js';
import { checked } from '../frame/checked.js';
import type { Page } from '../frame/page.js';
import { Pages, ShowPage, Visitor } from '../frame/page.decorators.js';
import { InsightsView } from './insights.view.js';

@Pages()
export class InsightsPages {
  constructor(private readonly insights: KeyInsights) {}

  @ShowPage('dashboard/insights', 'akm:keys:read')
  async show(@Visitor() { person }: Browsing, @Asked() asked: Query): Promise<Page> {
    const query = await checked(InsightsQueryDto, asked);
    const body = (
      <InsightsView
        insights={await this.insights.of(person, query)}
        kind={query.kind}
        page={query.page ?? 1}
        mayWrite={covers(person.scopes, 'akm:keys:write')}
      />
    );
    return { title: 'Advice', section: 'insights', body };
  }
}
