import { Body } from '@nestjs/common';
import { covers } from '#domain';
import { AnomaliesService } from '../../anomaly/anomalies.service.js';
import { MuteAnomalyDto } from '../../anomaly/list-anomalies.dto.js';
import { ResponseUndo } from '../../anomaly/responses/response-undo.js';
import { anomalyView } from '../../anomaly/anomaly.view.js';
import type { Browsing } from '../../auth/browser-sessions.js';
import { type PageForm, textOf } from '../../http/page-form.js';
import { Origin, type RequestOrigin } from '../../http/request-origin.js';
import { PathId } from '../../http/uuid.pipe.js';
import { ApiKeyStore } from '../../keys/api-key-store.js';
import { checked } from '../frame/checked.js';
import { type Page, SeeOther } from '../frame/page.js';
import { Pages, ShowPage, SubmitPage, Visitor } from '../frame/page.decorators.js';
import { ALERTS, typeInWords } from './alert-words.js';
import { AlertView } from './alert.view.js';

const WRITE = 'akm:anomalies:write';
/** Who may enable a key. */
const UNDO = 'akm:keys:write';

/** One alert, and what somebody says to it. */
@Pages()
export class AlertPages {
  constructor(
    private readonly anomalies: AnomaliesService,
    private readonly responses: ResponseUndo,
    private readonly keys: ApiKeyStore,
  ) {}

  @ShowPage('dashboard/alerts/:id', 'akm:anomalies:read')
  async show(@PathId() id: string, @Visitor() { person }: Browsing): Promise<Page> {
    const alert = anomalyView(await this.anomalies.get(person, id));
    const record = alert.api_key_id === null ? undefined : await this.keys.find(alert.api_key_id);
    const names = new Map(record ? [[record.key.id, record.key.name]] : []);
    const suspendedBy = record?.key.suspendedBy ?? null;
    const [mayWrite, mayUndo] = [WRITE, UNDO].map((scope) => covers(person.scopes, scope));
    const body = (
      <AlertView alert={alert} names={names} suspendedBy={suspendedBy} mayWrite={mayWrite} mayUndo={mayUndo} />
    );
    return { title: typeInWords(alert.anomaly_type), section: 'alerts', body };
  }

  @SubmitPage('dashboard/alerts/:id/resolve', WRITE)
  async resolve(
    @PathId() id: string,
    @Visitor() { person }: Browsing,
    @Origin() origin: RequestOrigin,
  ): Promise<SeeOther> {
    await this.anomalies.resolve({ caller: person, origin, id });
    return new SeeOther(`${ALERTS}/${id}`, 'The alert is resolved.');
  }

  @SubmitPage('dashboard/alerts/:id/undo', UNDO)
  async undo(
    @PathId() id: string,
    @Visitor() { person }: Browsing,
    @Origin() origin: RequestOrigin,
  ): Promise<SeeOther> {
    await this.responses.undo({ caller: person, origin, id });
    return new SeeOther(`${ALERTS}/${id}`, 'It is undone: the key works as before.');
  }

  @SubmitPage('dashboard/alerts/:id/mute', WRITE)
  async mute(
    @PathId() id: string,
    @Body() form: PageForm,
    @Visitor() { person }: Browsing,
    @Origin() origin: RequestOrigin,
  ): Promise<SeeOther> {
    const { days } = await checked(MuteAnomalyDto, { days: Number(textOf(form, 'days')) });
    await this.anomalies.mute({ caller: person, origin, id }, days);
    return new SeeOther(`${ALERTS}/${id}`, `Nothing of this kind is alerted about this key for ${days} days.`);
  }

  @SubmitPage('dashboard/alerts/:id/confirm', WRITE)
  async confirm(
    @PathId() id: string,
    @Visitor() { person }: Browsing,
    @Origin() origin: RequestOrigin,
  ): Promise<SeeOther> {
    await this.anomalies.confirm({ caller: person, origin, id });
    return new SeeOther(`${ALERTS}/${id}`, 'What the key did then is not counted as a habit of it.');
  }
}
