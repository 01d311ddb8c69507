import { Body } from '@nestjs/common';
import { covers } from '#domain';
import { problem } from '#problems';
import type { Browsing } from '../../auth/browser-sessions.js';
import { People } from '../../auth/people.js';
import { ChangeRoleDto } from '../../auth/user.dto.js';
import { Sessions } from '../../auth/sessions.js';
import { Users } from '../../auth/users.js';
import { type PageForm, textOf } from '../../http/page-form.js';
import { Origin, type RequestOrigin } from '../../http/request-origin.js';
import { PathId } from '../../http/uuid.pipe.js';
import { checked } from '../frame/checked.js';
import { Filled, orShowAgain } from '../frame/filled.js';
import { type Page, SeeOther } from '../frame/page.js';
import { Pages, ShowPage, SubmitPage, Visitor } from '../frame/page.decorators.js';
import { THIS_SESSION } from '../profile/profile.controller.js';
import { PEOPLE } from './people.view.js';
import { PersonView } from './person.view.js';

const WRITE = 'akm:users:write';

/** One person, and what administrators do with their account. */
@Pages()
export class PersonPages {
  constructor(
    private readonly users: Users,
    private readonly people: People,
    private readonly sessions: Sessions,
  ) {}

  @ShowPage('dashboard/people/:id', 'akm:users:read')
  show(@PathId() id: string, @Visitor() visitor: Browsing): Promise<Page> {
    return this.page(id, visitor);
  }

  @SubmitPage('dashboard/people/:id/role', WRITE)
  changeRole(
    @PathId() id: string,
    @Body() form: PageForm,
    @Visitor() visitor: Browsing,
    @Origin() origin: RequestOrigin,
  ): Promise<SeeOther> {
    return this.change(id, form, visitor, async () => {
      const { role } = await checked(ChangeRoleDto, { role: textOf(form, 'role') });
      const { username } = await this.people.changeRole(id, role, visitor.person, origin);
      const isOut = id === visitor.person.userId && role !== 'admin';
      return new SeeOther(isOut ? '/dashboard' : `${PEOPLE}/${id}`, `${username} is ${role} now.`);
    });
  }

  @SubmitPage('dashboard/people/:id/deactivate', WRITE)
  deactivate(
    @PathId() id: string,
    @Body() form: PageForm,
    @Visitor() visitor: Browsing,
    @Origin() origin: RequestOrigin,
  ): Promise<SeeOther> {
    return this.change(id, form, visitor, async () => {
      const { username } = await this.people.deactivate(id, visitor.person, origin);
      return new SeeOther(`${PEOPLE}/${id}`, `${username} is shut out, and all their sessions are ended.`);
    });
  }

  @SubmitPage('dashboard/people/:id/activate', WRITE)
  async activate(
    @PathId() id: string,
    @Visitor() { person }: Browsing,
    @Origin() origin: RequestOrigin,
  ): Promise<SeeOther> {
    const { username } = await this.people.activate(id, person, origin);
    return new SeeOther(`${PEOPLE}/${id}`, `${username} can sign in again.`);
  }

  @SubmitPage('dashboard/people/:id/sessions/:sid/end', WRITE)
  async endSession(
    @PathId() id: string,
    @PathId('sid') sessionId: string,
    @Visitor() { person }: Browsing,
    @Origin() origin: RequestOrigin,
  ): Promise<SeeOther> {
    if (sessionId === person.sessionId) throw problem('CONFLICT', { detail: THIS_SESSION });
    await this.sessions.end(sessionId, id, origin, person.userId);
    return new SeeOther(`${PEOPLE}/${id}`, 'The session is ended.');
  }

  /** Or says on the page of the person why not. */
  private change(id: string, form: PageForm, visitor: Browsing, act: () => Promise<SeeOther>): Promise<SeeOther> {
    return orShowAgain(form, (filled) => this.page(id, visitor, filled), act);
  }

  private async page(id: string, { person: visitor }: Browsing, refused?: Filled): Promise<Page> {
    const person = await this.users.get(id);
    return {
      title: person.username,
      section: 'people',
      body: (
        <PersonView
          person={person}
          sessions={await this.sessions.list(id)}
          filled={refused ?? new Filled({ role: person.role })}
          isVisitor={visitor.userId === id}
          isLastAdmin={await this.people.isLastAdmin(id)}
          mayChange={covers(visitor.scopes, WRITE)}
        />
      ),
    };
  }
}
