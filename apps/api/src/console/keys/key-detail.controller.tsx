import { Query } from '@nestjs/common';
import { allows, Clock, covers } from '#domain';
import { KeyHistory } from '../../audit/key-history.js';
import type { Browsing } from '../../auth/browser-sessions.js';
import { Users } from '../../auth/users.js';
import { PathId } from '../../http/uuid.pipe.js';
import { ApiKeyPresenter } from '../../keys/api-key-presenter.js';
import type { ApiKeyRecord } from '../../keys/api-key.view.js';
import { ApiKeysService } from '../../keys/api-keys.service.js';
import { KeyUsageService } from '../../keys/key-usage.service.js';
import { SecretCallers } from '../../usage/secret-callers.js';
import type { Page } from '../frame/page.js';
import { Pages, ShowPage, Visitor } from '../frame/page.decorators.js';
import { KeyDetailView } from './key-detail.view.js';
import { PERIODS, periodOf } from './period.js';

const ENTRIES = 15;
const CALLERS = 5;

@Pages()
export class KeyDetailPages {
  constructor(
    private readonly keys: ApiKeysService,
    private readonly present: ApiKeyPresenter,
    private readonly usage: KeyUsageService,
    private readonly callers: SecretCallers,
    private readonly history: KeyHistory,
    private readonly users: Users,
    private readonly clock: Clock,
  ) {}

  @ShowPage('dashboard/keys/:id', 'akm:keys:read')
  async show(@PathId() id: string, @Visitor() { person }: Browsing, @Query('period') asked: unknown): Promise<Page> {
    const record = await this.keys.get(person, id);
    const key = this.present.view(record);
    const period = periodOf(asked);
    const { step, ms } = PERIODS[period];
    const from = new Date(this.clock.now() - ms);
    const [owner, usage, retiring, { history, names }] = await Promise.all([
      this.users.get(key.owner_id),
      this.usage.reportOf(record, { from, step }),
      this.retiring(record, from),
      this.historyOf(id),
    ]);
    const mayWrite = covers(person.scopes, 'akm:keys:write');
    return {
      title: key.name,
      section: 'keys',
      body: (
        <KeyDetailView
          shown={key}
          owner={owner}
          period={period}
          usage={usage}
          retiring={retiring}
          history={history}
          names={names}
          may={(action) => mayWrite && allows(key.status, action)}
        />
      ),
    };
  }

  private async historyOf(id: string) {
    const history = await this.history.newest(id, ENTRIES);
    return { history, names: await this.users.namesOf(history.map(({ userId }) => userId)) };
  }

  /** Who still uses the secret that is to stop working. */
  private async retiring({ key, secrets }: ApiKeyRecord, from: Date) {
    const now = this.clock.now();
    const old = secrets.find(({ retiredAt }) => retiredAt !== null && retiredAt.getTime() > now);
    if (!old || key.state === 'revoked') return null;
    return { prefix: old.display, callers: await this.callers.since(from, key.id, old.id, CALLERS) };
  }
}
