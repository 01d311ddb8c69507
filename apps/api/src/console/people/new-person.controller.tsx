import { Body, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Browsing } from '../../auth/browser-sessions.js';
import { newOpaqueToken } from '../../auth/opaque-token.js';
import { People } from '../../auth/people.js';
import { type CreatedUserDto, CreateUserDto } from '../../auth/user.dto.js';
import { type PageForm, textOf } from '../../http/page-form.js';
import { Origin, type RequestOrigin } from '../../http/request-origin.js';
import { PathId } from '../../http/uuid.pipe.js';
import { checked } from '../frame/checked.js';
import { Filled, orShowAgain } from '../frame/filled.js';
import type { Page, SeeOther } from '../frame/page.js';
import { Pages, ShowPage, SubmitPage, Visitor } from '../frame/page.decorators.js';
import { orGone } from '../reveal/gone.js';
import { OneTimeReveal } from '../reveal/one-time-reveal.js';
import { NewPersonView, PasswordView } from './new-person.view.js';
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
      const dto = await checked(CreateUserDto, fields);
      const nonce = textOf(form, 'nonce') || newOpaqueToken();
      return this.reveal.after(person, nonce, reply, passwordPage, async (once) => {
        const { user } = await this.people.create(dto, person, origin, once);
        return user;
      });
    });
  }

  @ShowPage('dashboard/people/:id/password', WRITE)
  async show(
    @PathId() id: string,
    @Visitor() { person }: Browsing,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Page> {
    const { one_time_password: password } = orGone(await this.reveal.take<CreatedUserDto>(person, request, reply, id), {
      section: 'people',
      what: 'password',
      advice:
        'If nobody saved it, deactivate this account and make another one with another username and e-mail address.',
      back: { label: 'Back to the person', href: `${PEOPLE}/${id}` },
    });
    return { title: 'One-time password', section: 'people', body: <PasswordView id={id} password={password} /> };
  }
}

function passwordPage(id: string): string {
  return `${PEOPLE}/${id}/password`;
}

function newPage(filled: Filled): Page {
  const nonce = filled.text('nonce') || newOpaqueToken();
  return { title: 'New person', section: 'people', body: <NewPersonView filled={filled} nonce={nonce} /> };
}
