import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { Assets } from './assets/assets.js';
import { AssetsController } from './assets/assets.controller.js';
import { PageRenderer } from './frame/page-renderer.js';
import { LandingPages } from './front/landing.controller.js';
import { RegistrationPages } from './front/registration.controller.js';
import { SignInPages } from './front/sign-in.controller.js';
import { UnknownPages } from './frame/unknown-pages.controller.js';
import { OverviewPages } from './overview/overview.controller.js';

/** The pages people open. Each room of pages asks the services that the API asks, and decides nothing by itself. */
@Module({
  imports: [AuthModule],
  controllers: [AssetsController, LandingPages, OverviewPages, RegistrationPages, SignInPages, UnknownPages],
  providers: [Assets, PageRenderer],
})
export class ConsoleModule {}
