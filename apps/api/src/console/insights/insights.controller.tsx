import { Body } from '@nestjs/common';
import { covers } from '#domain';
import { problem } from '#problems';
import type { Browsing } from '../../auth/browser-sessions.js';
import { listOf, type PageForm } from '../../http/page-form.js';
import { Origin, type RequestOrigin } from '../../http/request-origin.js';
import { PathId } from '../../http/uuid.pipe.js';
import { InsightsQueryDto } from '../../insights/insights.dto.js';
import { KeyInsights } from '../../insights/key-insights.js';
import type { ApiKey } from '../../keys/api-key.entity.js';
import { ApiKeysService } from '../../keys/api-keys.service.js';
import { UpdateApiKeyDto } from '../../keys/change-api-key.dto.js';
import { Asked, type Query } from '../frame/asked.decorator.js';
import { checked } from '../frame/checked.js';
import { type Page, SeeOther } from '../frame/page.js';
import { Pages, ShowPage, SubmitPage, Visitor } from '../frame/page.decorators.js';
import { INSIGHTS, InsightsView } from './insights.view.js';

@Pages()
export class InsightsPages {
  constructor(
    private readonly insights: KeyInsights,
    private readonly keys: ApiKeysService,
  ) {}

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

  /** Takes advice to allow less. It may be old by now, and so nothing that was taken away meanwhile is given back. */
  @SubmitPage('dashboard/insights/:id/narrow', 'akm:keys:write')
  async narrow(
    @PathId() id: string,
    @Body() form: PageForm,
    @Visitor() { person }: Browsing,
    @Origin() origin: RequestOrigin,
  ): Promise<SeeOther> {
    const { key } = await this.keys.get(person, id);
    const dto = await checked(UpdateApiKeyDto, narrowed(key, form));
    await this.keys.update({ caller: person, origin, id, ifVersion: key.version }, dto);
    return new SeeOther(INSIGHTS, `${key.name} may do less now.`);
  }
}

/** @throws Problem KEY_STATE_CONFLICT when nothing is left of what was offered: without a list, every address is allowed. */
function narrowed(key: ApiKey, form: PageForm): Record<string, readonly string[]> {
  const [permissions, addresses] = [listOf(form, 'permissions'), listOf(form, 'allowed_ips')];
  const kept = permissions.filter((permission) => covers(key.permissions, permission));
  if (kept.length > 0) return { permissions: kept };
  const isOpen = key.allowedIps.length === 0;
  const left = addresses.filter((address) => isOpen || key.allowedIps.includes(address));
  if (left.length > 0) return { allowed_ips: left };
  throw problem('KEY_STATE_CONFLICT', {
    detail: 'Somebody else changed this key first, and the advice is out of date.',
  });
}
