import { problemOf } from '#problems';
import type { Browsing } from '../../auth/browser-sessions.js';
import { ExplainRequestDto, type RequestExplanationDto } from '../../insights/request-explanation.dto.js';
import { RequestExplanations } from '../../insights/request-explanations.js';
import { RequestIdPipe } from '../../insights/request-id.pipe.js';
import { Asked, type Query } from '../frame/asked.decorator.js';
import { checked } from '../frame/checked.js';
import { orFiltersAgain } from '../frame/filled.js';
import type { Page } from '../frame/page.js';
import { Pages, ShowPage, Visitor } from '../frame/page.decorators.js';
import { WhyView } from './why.view.js';

/** Why was this refused? */
@Pages()
export class WhyPages {
  private readonly requestIds = new RequestIdPipe();

  constructor(private readonly explanations: RequestExplanations) {}

  @ShowPage('dashboard/why', 'akm:logs:read')
  show(@Visitor() visitor: Browsing, @Asked() asked: Query): Promise<Page> {
    return orFiltersAgain(
      asked,
      () => this.explain(visitor, asked),
      (filled, explanation) => ({
        title: 'Why was it refused?',
        section: 'logs',
        body: <WhyView filled={filled} explanation={explanation} />,
      }),
    );
  }

  /** Null: nothing is on record under this id. Undefined: nothing was asked. */
  private async explain({ person }: Browsing, asked: Query): Promise<RequestExplanationDto | null | undefined> {
    const { request_id: id, ...rest } = asked;
    const { at } = await checked(ExplainRequestDto, rest);
    if (id === undefined) return undefined;
    try {
      return await this.explanations.explain(person, this.requestIds.transform(id.trim()), at);
    } catch (error) {
      if (problemOf(error).code === 'NOT_FOUND') return null;
      throw error;
    }
  }
}
