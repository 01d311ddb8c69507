import { PageQueryDto } from '../../http/page.dto.js';
import { People } from '../../auth/people.js';
import { Asked, type Query } from '../frame/asked.decorator.js';
import { checked } from '../frame/checked.js';
import type { Page } from '../frame/page.js';
import { Pages, ShowPage } from '../frame/page.decorators.js';
import { PeopleView } from './people.view.js';

const PAGE_SIZE = 50;

@Pages()
export class PeoplePages {
  constructor(private readonly people: People) {}

  @ShowPage('dashboard/people', 'akm:users:read')
  async list(@Asked() asked: Query): Promise<Page> {
    const query = await checked(PageQueryDto, { ...asked, page_size: String(PAGE_SIZE) });
    const [people, total] = await this.people.list(query);
    return { title: 'People', section: 'people', body: <PeopleView people={people} query={query} total={total} /> };
  }
}
