import { problem } from '#problems';
import { Pages, ShowPage } from './page.decorators.js';

/** What is not there says so as a page, too, to whoever is signed in. */
@Pages()
export class UnknownPages {
  @ShowPage('dashboard/*')
  show(): never {
    throw problem('NOT_FOUND');
  }
}
