import { Body, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LoginDto } from '../../auth/credentials.dto.js';
import { type Browsing, SESSION_COOKIE } from '../../auth/browser-sessions.js';
import { SignInLimit } from '../../auth/sign-in-limit.decorator.js';
import { SignIn } from '../../auth/sign-in.js';
import { Sessions } from '../../auth/sessions.js';
import { Config } from '../../config/config.js';
import { type PageForm, textOf } from '../../http/page-form.js';
import { Origin, type RequestOrigin } from '../../http/request-origin.js';
import { checked } from '../frame/checked.js';
import { Filled, orShowAgain } from '../frame/filled.js';
import { SeeOther, type Page } from '../frame/page.js';
import { Pages, ShowOpenPage, SubmitOpenPage, SubmitPage, Visitor } from '../frame/page.decorators.js';
import { keepsCookies } from './keeps-cookies.js';
import { SignInView } from './sign-in.view.js';

@Pages()
export class SignInPages {
  constructor(
    private readonly signIn: SignIn,
    private readonly sessions: Sessions,
    private readonly config: Config,
  ) {}

  @ShowOpenPage('login')
  show(@Query('next') next: unknown, @Req() request: FastifyRequest): Page {
    return this.page(new Filled(), destination(next), request);
  }

  @SubmitOpenPage('login')
  @SignInLimit('sign-in')
  async enter(
    @Body() form: PageForm,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Visitor() before: Browsing | undefined,
    @Origin() origin: RequestOrigin,
  ): Promise<SeeOther> {
    const next = destination(textOf(form, 'next'));
    return orShowAgain(
      form,
      (filled) => this.page(filled, next, request),
      async () => {
        const { email, password } = await checked(LoginDto, {
          email: textOf(form, 'email'),
          password: textOf(form, 'password'),
        });
        const session = await this.signIn.signInBrowser(email, password, origin);
        // Whoever was signed in here is not any more.
        if (before) await this.sessions.end(before.person.sessionId, before.person.userId, origin);
        SESSION_COOKIE.set(reply, session.cookie, this.config.auth.refreshTokenMs / 1000);
        return new SeeOther(next);
      },
    );
  }

  /** Ends this session. Others, of other browsers and programs, go on. */
  @SubmitPage('logout')
  async leave(
    @Visitor() { person }: Browsing,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Origin() origin: RequestOrigin,
  ): Promise<SeeOther> {
    await this.sessions.end(person.sessionId, person.userId, origin);
    SESSION_COOKIE.clear(reply);
    return new SeeOther('/login', 'You are signed out.');
  }

  private page(filled: Filled, next: string, request: FastifyRequest): Page {
    return {
      title: 'Sign in',
      isNarrow: true,
      body: (
        <SignInView
          filled={filled}
          next={next}
          keepsCookies={keepsCookies(request)}
          isRegistrationOpen={this.config.auth.registration === 'open'}
        />
      ),
    };
  }
}

/** Only a page of the console: a link of somebody else must not lead from our sign-in to theirs. */
function destination(next: unknown): string {
  return typeof next === 'string' && /^\/dashboard(?:$|[/?])[\x21-\x7e]*$/.test(next) ? next : '/dashboard';
}
