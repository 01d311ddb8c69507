import { Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Browsing } from '../../auth/browser-sessions.js';
import { Config } from '../../config/config.js';
import type { Page } from '../frame/page.js';
import { Pages, ShowOpenPage, Visitor } from '../frame/page.decorators.js';
import { LandingView } from './landing.view.js';
import { serverAddress } from './server-address.js';

@Pages()
export class LandingPages {
  constructor(private readonly config: Config) {}

  @ShowOpenPage('/')
  show(@Req() request: FastifyRequest, @Visitor() visitor: Browsing | undefined): Page {
    return {
      title: 'API keys',
      isNarrow: true,
      body: (
        <LandingView
          address={serverAddress(request)}
          isSignedIn={visitor !== undefined}
          isRegistrationOpen={this.config.auth.registration === 'open'}
        />
      ),
    };
  }
}
