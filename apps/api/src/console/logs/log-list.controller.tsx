import { Body, HttpCode, type StreamableFile } from '@nestjs/common';
import { covers } from '#domain';
import type { PersonPrincipal } from '../../access/principal.js';
import { ExportLogsDto } from '../../audit/export-logs.dto.js';
import { ListLogsDto } from '../../audit/list-logs.dto.js';
import { logEntryView } from '../../audit/log-entry.view.js';
import { LogExports } from '../../audit/log-exports.js';
import type { LogFilter } from '../../audit/log-filter.js';
import { LogReader } from '../../audit/log-reader.js';
import type { Browsing } from '../../auth/browser-sessions.js';
import { type PageForm, textOf } from '../../http/page-form.js';
import { Origin, type RequestOrigin } from '../../http/request-origin.js';
import { Asked, type Query } from '../frame/asked.decorator.js';
import { checked } from '../frame/checked.js';
import { orFiltersAgain } from '../frame/filled.js';
import type { Page } from '../frame/page.js';
import { Pages, ShowPage, SubmitPage, Visitor } from '../frame/page.decorators.js';
import { Trail } from '../parts/trail.js';
import { LogListView, type FoundEntries } from './log-list.view.js';
import { LogNames } from './log-names.js';

const LENGTH = 25;

/** The log: everybody’s for admins, for others that of their keys. */
@Pages()
export class LogListPages {
  constructor(
    private readonly log: LogReader,
    private readonly exports: LogExports,
    private readonly names: LogNames,
  ) {}

  @ShowPage('dashboard/logs', 'akm:logs:read')
  list(@Visitor() visitor: Browsing, @Asked() { cursor, trail, ...filters }: Query): Promise<Page> {
    const way = Trail.from({ ...(cursor !== undefined && { cursor }), ...(trail !== undefined && { trail }) });
    return orFiltersAgain(
      filters,
      () => this.find(visitor, { ...filters, ...(cursor !== undefined && { cursor }) }),
      (filled, found) => ({
        title: 'Log',
        section: 'logs',
        body: (
          <LogListView
            filled={filled}
            filters={filters}
            found={found}
            way={way}
            isOfEverybody={reachOf(visitor.person).ownerId === undefined}
          />
        ),
      }),
    );
  }

  /** Whoever takes the log away is in it, so this is a form and no link. */
  @HttpCode(200)
  @SubmitPage('dashboard/logs/export', 'akm:logs:all')
  async export(
    @Body() form: PageForm,
    @Visitor() { person }: Browsing,
    @Origin() origin: RequestOrigin,
  ): Promise<StreamableFile> {
    const wanted = EXPORTED_BY.map((name) => [name, textOf(form, name)]).filter(([, value]) => value !== '');
    const dto = await checked(ExportLogsDto, Object.fromEntries(wanted) as PageForm);
    return this.exports.start(textOf(form, 'format') === 'json' ? 'json' : 'csv', person, origin, dto);
  }

  private async find(visitor: Browsing, query: Query): Promise<FoundEntries> {
    const dto = await checked(ListLogsDto, query);
    const filter = { ...this.log.filterOf(dto), ...reachOf(visitor.person), before: dto.cursor };
    const { rows, next, searchedFrom } = await this.log.look(filter, LENGTH);
    const entries = rows.map(logEntryView);
    const asked = { api_key_id: dto.api_key_id ?? null, user_id: dto.user_id ?? null };
    const names = await this.names.of(visitor, [...entries, asked]);
    return { entries, names, searchedFrom, older: next };
  }
}

/** Whose entries somebody may see. */
export function reachOf({ scopes, userId }: PersonPrincipal): Pick<LogFilter, 'ownerId'> {
  return covers(scopes, 'akm:logs:all') ? {} : { ownerId: userId };
}

/** The filters that an export has. */
const EXPORTED_BY = ['api_key_id', 'start_date', 'end_date'];
