import { Body } from '@nestjs/common';
import { problem } from '#problems';
import type { Browsing } from '../../auth/browser-sessions.js';
import { ChangePasswordDto } from '../../auth/credentials.dto.js';
import { OwnAccount } from '../../auth/own-account.js';
import { Sessions } from '../../auth/sessions.js';
import { SignInLimit } from '../../auth/sign-in-limit.decorator.js';
import { type PageForm, textOf } from '../../http/page-form.js';
import { Origin, type RequestOrigin } from '../../http/request-origin.js';
import { PathId } from '../../http/uuid.pipe.js';
import { checked } from '../frame/checked.js';
import { Filled, orShowAgain } from '../frame/filled.js';
import { type Page, SeeOther } from '../frame/page.js';
import { Pages, ShowPage, SubmitPage, Visitor } from '../frame/page.decorators.js';
import { ProfileView } from './profile.view.js';

const PATH = '/dashboard/profile';

export const THIS_SESSION = 'This is the session you are in. Sign out instead.';

@Pages()
export class ProfilePages {
  constructor(
    private readonly sessions: Sessions,
    private readonly account: OwnAccount,
  ) {}

  @ShowPage('dashboard/profile')
  show(@Visitor() visitor: Browsing): Promise<Page> {
    return this.page(visitor, new Filled());
  }

  @SubmitPage('dashboard/profile/password')
  @SignInLimit('sign-in')
  changePassword(
    @Body() form: PageForm,
    @Visitor() visitor: Browsing,
    @Origin() origin: RequestOrigin,
  ): Promise<SeeOther> {
    return orShowAgain(
      form,
      (filled) => this.page(visitor, filled),
      async () => {
        const [current_password, new_password] = [textOf(form, 'current_password'), textOf(form, 'new_password')];
        const dto = await checked(ChangePasswordDto, { current_password, new_password });
        await this.account.changePassword(visitor.person, dto, origin);
        return new SeeOther(PATH, 'Your password is changed, and you are signed out everywhere else.');
      },
    );
  }

  @SubmitPage('dashboard/profile/sessions/:id/end')
  async endSession(
    @PathId() id: string,
    @Visitor() { person }: Browsing,
    @Origin() origin: RequestOrigin,
  ): Promise<SeeOther> {
    if (id === person.sessionId) throw problem('CONFLICT', { detail: THIS_SESSION });
    await this.sessions.end(id, person.userId, origin);
    return new SeeOther(PATH, 'The session is ended.');
  }

  private async page(visitor: Browsing, filled: Filled): Promise<Page> {
    const sessions = await this.sessions.list(visitor.person.userId);
    const body = <ProfileView visitor={visitor} sessions={sessions} filled={filled} />;
    return { title: 'Profile', section: 'profile', body };
  }
}
