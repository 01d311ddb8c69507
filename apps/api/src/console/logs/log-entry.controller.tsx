import { problem } from '#problems';
import { logEntryView } from '../../audit/log-entry.view.js';
import { LogReader } from '../../audit/log-reader.js';
import type { Browsing } from '../../auth/browser-sessions.js';
import { PathId } from '../../http/uuid.pipe.js';
import type { Page } from '../frame/page.js';
import { Pages, ShowPage, Visitor } from '../frame/page.decorators.js';
import { LogEntryView } from './log-entry.view.js';
import { reachOf } from './log-list.controller.js';
import { LogNames } from './log-names.js';
import { actionInWords } from './log-words.js';

@Pages()
export class LogEntryPages {
  constructor(
    private readonly log: LogReader,
    private readonly names: LogNames,
  ) {}

  @ShowPage('dashboard/logs/:id', 'akm:logs:read')
  async show(@PathId() id: string, @Visitor() visitor: Browsing): Promise<Page> {
    const row = await this.log.find(id, reachOf(visitor.person));
    if (!row) throw problem('NOT_FOUND');
    const entry = logEntryView(row);
    const names = await this.names.of(visitor, [entry]);
    return {
      title: actionInWords(entry.action),
      section: 'logs',
      body: <LogEntryView entry={entry} names={names} />,
    };
  }
}
