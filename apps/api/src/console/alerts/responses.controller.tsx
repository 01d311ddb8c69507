import { Body } from '@nestjs/common';
import { policyView } from '../../anomaly/responses/response-policy.controller.js';
import { SetResponsePolicyDto } from '../../anomaly/responses/response-policy.dto.js';
import { ResponsePolicies } from '../../anomaly/responses/response-policies.js';
import type { Browsing } from '../../auth/browser-sessions.js';
import { type PageForm, textOf } from '../../http/page-form.js';
import { Origin, type RequestOrigin } from '../../http/request-origin.js';
import { checked } from '../frame/checked.js';
import { Filled, orShowAgain } from '../frame/filled.js';
import { type Page, SeeOther } from '../frame/page.js';
import { Pages, ShowPage, SubmitPage, Visitor } from '../frame/page.decorators.js';
import { ALERTS } from './alert-words.js';
import { ResponsesView } from './responses.view.js';

const ALL = 'akm:anomalies:all';

/** What akm does about alerts by itself, for admins. */
@Pages()
export class ResponsePages {
  constructor(private readonly policies: ResponsePolicies) {}

  @ShowPage('dashboard/alerts/responses', ALL)
  show(): Promise<Page> {
    return this.page();
  }

  @SubmitPage('dashboard/alerts/responses', ALL)
  set(@Body() form: PageForm, @Visitor() { person }: Browsing, @Origin() origin: RequestOrigin): Promise<SeeOther> {
    return orShowAgain(
      form,
      (filled) => this.page(filled),
      async () => {
        const dto = await checked(SetResponsePolicyDto, fieldsOf(form));
        await this.policies.set({ ...dto, suspendsLastKey: dto.suspends_last_key }, person, origin);
        return new SeeOther(`${ALERTS}/responses`, 'It is so from now on.');
      },
    );
  }

  private async page(filled?: Filled): Promise<Page> {
    const report = policyView(await this.policies.report());
    const { mode, medium, high, critical, suspends_last_key: suspendsLastKey } = report;
    const lastKey = suspendsLastKey ? ['suspends'] : [];
    const body = (
      <ResponsesView
        report={report}
        filled={filled ?? new Filled({ mode, medium, high, critical, last_key: lastKey })}
      />
    );
    return { title: 'What is done about alerts', section: 'alerts', body };
  }
}

function fieldsOf(form: PageForm) {
  const [mode, medium, high, critical] = ['mode', 'medium', 'high', 'critical'].map((name) => textOf(form, name));
  return { mode, medium, high, critical, suspends_last_key: textOf(form, 'last_key') !== '' };
}
