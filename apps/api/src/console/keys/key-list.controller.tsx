import { Body, Query } from '@nestjs/common';
import { Clock, covers } from '#domain';
import type { Browsing } from '../../auth/browser-sessions.js';
import { type PageForm, listOf, textOf } from '../../http/page-form.js';
import { Origin, type RequestOrigin } from '../../http/request-origin.js';
import { ApiKeyPresenter } from '../../keys/api-key-presenter.js';
import { ApiKeysService } from '../../keys/api-keys.service.js';
import { BulkChangeDto, type BulkChangeResultDto } from '../../keys/bulk-change.dto.js';
import { BulkChangeService } from '../../keys/bulk-change.service.js';
import { ListApiKeysDto } from '../../keys/list-api-keys.dto.js';
import { KeyHours } from '../../usage/key-hours.js';
import { checked } from '../frame/checked.js';
import { type Page, SeeOther } from '../frame/page.js';
import { Pages, ShowPage, SubmitPage, Visitor } from '../frame/page.decorators.js';
import { linkTo } from '../parts/pager.js';
import { KeyListView } from './key-list.view.js';

const PAGE_SIZE = 25;
const HOURS = 24;
const HOUR_MS = 3_600_000;

@Pages()
export class KeyListPages {
  constructor(
    private readonly keys: ApiKeysService,
    private readonly bulk: BulkChangeService,
    private readonly present: ApiKeyPresenter,
    private readonly hours: KeyHours,
    private readonly clock: Clock,
  ) {}

  @ShowPage('dashboard/keys', 'akm:keys:read')
  async list(@Visitor() { person }: Browsing, @Query() asked: Readonly<Record<string, string>>): Promise<Page> {
    const said = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== ''));
    const dto = await checked(ListApiKeysDto, { ...said, page_size: String(PAGE_SIZE) });
    const page = this.present.page(await this.keys.list(person, dto));
    const from = (Math.floor(this.clock.now() / HOUR_MS) - HOURS + 1) * HOUR_MS;
    const uses = await this.hours.since(
      new Date(from),
      page.items.map(({ id }) => id),
    );
    return {
      title: 'Keys',
      section: 'keys',
      body: (
        <KeyListView
          keys={page.items}
          uses={{ from, hours: HOURS, of: uses }}
          total={page.total ?? 0}
          page={page.page ?? 1}
          pageSize={PAGE_SIZE}
          query={Object.fromEntries(Object.entries(said).filter(([name]) => name !== 'page'))}
          mayWrite={covers(person.scopes, 'akm:keys:write')}
        />
      ),
    };
  }

  /** Does one thing to every key that was ticked. What cannot be taken back, or has a choice to it, is asked once more. */
  @SubmitPage('dashboard/keys/selected', 'akm:keys:write')
  async act(
    @Body() form: PageForm,
    @Visitor() { person }: Browsing,
    @Origin() origin: RequestOrigin,
  ): Promise<SeeOther> {
    const ids = listOf(form, 'id');
    const action = textOf(form, 'action');
    if (ids.length === 0) return new SeeOther('/dashboard/keys', 'No key was ticked, so nothing was changed.');
    if (ASKED_ONCE_MORE.has(action)) return new SeeOther(linkTo(`/dashboard/keys/${action}`, { ids: ids.join() }));
    const dto = await checked(BulkChangeDto, { action, filter: { ids } });
    return new SeeOther('/dashboard/keys', outcomeOf(await this.bulk.run(person, origin, dto)));
  }
}

const ASKED_ONCE_MORE: ReadonlySet<string> = new Set(['revoke', 'rotate']);

const DONE = { disable: 'disabled', enable: 'enabled', revoke: 'revoked', rotate: 'rotated' } as const;

/** What became of several keys, in a sentence. */
export function outcomeOf({ action, results }: BulkChangeResultDto): string {
  const done = results.filter(({ outcome }) => outcome === 'done').length;
  const refused = results.filter(({ outcome }) => outcome === 'refused');
  const left = refused.map(({ name, detail }) => `“${name}” was left as it was: ${detail ?? ''}`).slice(0, 3);
  return [`${done} ${done === 1 ? 'key is' : 'keys are'} ${DONE[action]}.`, ...left].join(' ');
}
