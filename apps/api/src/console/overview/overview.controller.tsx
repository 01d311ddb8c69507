import type { Browsing } from '../../auth/browser-sessions.js';
import { Heading } from '../parts/heading.js';
import type { Page } from '../frame/page.js';
import { Pages, ShowPage, Visitor } from '../frame/page.decorators.js';

@Pages()
export class OverviewPages {
  @ShowPage('dashboard')
  show(@Visitor() { username }: Browsing): Page {
    return {
      title: 'Dashboard',
      section: 'dashboard',
      body: <Heading title="Dashboard" about={`Hello, ${username}.`} />,
    };
  }
}
