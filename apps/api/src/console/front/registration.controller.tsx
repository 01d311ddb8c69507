import { Body, Req } from '@nestjs/common';
import { SkipThrottle } from '@nestjs/throttler';
import type { FastifyRequest } from 'fastify';
import { problem } from '#problems';
import { RegisterDto } from '../../auth/credentials.dto.js';
import { Registration } from '../../auth/registration.js';
import { SignInLimit } from '../../auth/sign-in-limit.decorator.js';
import { Config } from '../../config/config.js';
import { type PageForm, textOf } from '../../http/page-form.js';
import { Origin, type RequestOrigin } from '../../http/request-origin.js';
import { checked } from '../frame/checked.js';
import { Filled, orShowAgain } from '../frame/filled.js';
import { type Page, SeeOther } from '../frame/page.js';
import { Pages, ShowOpenPage, SubmitOpenPage } from '../frame/page.decorators.js';
import { keepsCookies } from './keeps-cookies.js';
import { RegistrationView } from './registration.view.js';

@Pages()
export class RegistrationPages {
  constructor(
    private readonly registration: Registration,
    private readonly config: Config,
  ) {}

  @ShowOpenPage('register')
  show(@Req() request: FastifyRequest): Page {
    if (this.config.auth.registration === 'closed') throw problem('REGISTRATION_CLOSED');
    return page(new Filled(), request);
  }

  @SubmitOpenPage('register')
  @SignInLimit('sign-in')
  // As at the API: naming somebody's e-mail address must not keep them from signing in.
  @SkipThrottle({ account: true })
  register(@Body() form: PageForm, @Req() request: FastifyRequest, @Origin() origin: RequestOrigin): Promise<SeeOther> {
    return orShowAgain(
      form,
      (filled) => page(filled, request),
      async () => {
        const fields = { email: textOf(form, 'email'), username: textOf(form, 'username') };
        const dto = await checked(RegisterDto, { ...fields, password: textOf(form, 'password') });
        await this.registration.register(dto, origin);
        return new SeeOther('/login', 'Your account is made. Sign in with it now.');
      },
    );
  }
}

function page(filled: Filled, request: FastifyRequest): Page {
  const body = <RegistrationView filled={filled} keepsCookies={keepsCookies(request)} />;
  return { title: 'Make an account', isNarrow: true, body };
}
