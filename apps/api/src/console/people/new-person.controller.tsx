import { Body, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Browsing } from '../../auth/browser-sessions.js';
import { People } from '../../auth/people.js';
import { CreateUserDto } from '../../auth/user.dto.js';
import { type PageForm, textOf } from '../../http/page-form.js';
import { Origin, type RequestOrigin } from '../../http/request-origin.js';
import { PathId } from '../../http/uuid.pipe.js';
import { checked } from '../frame/checked.js';
import { Filled, orShowAgain } from '../frame/filled.js';
import { type Page, PageRefusal, SeeOther } from '../frame/page.js';
import { Pages, ShowPage, SubmitPage, Visitor } from '../frame/page.decorators.js';
import { OneTimeReveal } from '../keys/one-time-reveal.js';
import { NewPersonView, PasswordGoneView, PasswordView } from './new-person.view.js';
import { PEOPLE } from './people.view.js';

const WRITE = 'akm:users:write';

/** Makes accounts. Their first password is shown once, to whoever made them. */
@Pages()
export class NewPersonPages {
  constructor(
    private readonly people: People,
    private readonly reveal: OneTimeReveal,
  ) {}

  @ShowPage('dashboard/people/new', WRITE)
  ask(): Page {
    return newPage(new Filled({ role: 'developer' }));
  }

  @SubmitPage('dashboard/people/new', WRITE)
  create(
    @Body() form: PageForm,
    @Visitor() { person }: Browsing,
    @Origin() origin: RequestOrigin,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SeeOther> {
    return orShowAgain(form, newPage, async () => {
      const fields = { email: textOf(form, 'email'), username: textOf(form, 'username'), role: textOf(form, 'role') };
      const { user, oneTimePassword } = await this.people.create(await checked(CreateUserDto, fields), person, origin);
      await this.reveal.keep(person, reply, user.id, oneTimePassword);
      return new SeeOther(`${PEOPLE}/${user.id}/password`);
    });
  }

  @ShowPage('dashboard/people/:id/password', WRITE)
  async show(
    @PathId() id: string,
    @Visitor() { person }: Browsing,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Page> {
    const shown = await this.reveal.takeKept(person, request, reply, id);
    if (shown === undefined) {
      throw new PageRefusal(410, { title: 'Shown already', section: 'people', body: <PasswordGoneView id={id} /> });
    }
    return { title: 'One-time password', section: 'people', body: <PasswordView id={id} password={shown} /> };
  }
}

function newPage(filled: Filled): Page {
  return { title: 'New person', section: 'people', body: <NewPersonView filled={filled} /> };
}
