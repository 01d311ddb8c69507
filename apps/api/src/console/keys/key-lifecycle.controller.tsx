import { Body, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { allows, type KeyAction } from '#domain';
import { problem } from '#problems';
import type { PersonPrincipal } from '../../access/principal.js';
import type { Browsing } from '../../auth/browser-sessions.js';
import { newOpaqueToken } from '../../auth/opaque-token.js';
import { type PageForm, textOf } from '../../http/page-form.js';
import { Origin, type RequestOrigin } from '../../http/request-origin.js';
import { PathId } from '../../http/uuid.pipe.js';
import { ApiKeyLifecycleService } from '../../keys/api-key-lifecycle.service.js';
import { ApiKeyPresenter } from '../../keys/api-key-presenter.js';
import type { ApiKeyDto } from '../../keys/api-key.dto.js';
import { ApiKeysService } from '../../keys/api-keys.service.js';
import { RotateApiKeyDto } from '../../keys/change-api-key.dto.js';
import { checked } from '../frame/checked.js';
import { Filled, orShowAgain } from '../frame/filled.js';
import { type Page, SeeOther } from '../frame/page.js';
import { Pages, ShowPage, SubmitPage, Visitor } from '../frame/page.decorators.js';
import { RevocationView, RotationView } from './key-lifecycle.view.js';
import { OneTimeReveal } from '../reveal/one-time-reveal.js';
import { secretPage } from './reveal.controller.js';

const WRITE = 'akm:keys:write';

@Pages()
export class KeyLifecyclePages {
  constructor(
    private readonly keys: ApiKeysService,
    private readonly lifecycle: ApiKeyLifecycleService,
    private readonly present: ApiKeyPresenter,
    private readonly reveal: OneTimeReveal,
  ) {}

  @ShowPage('dashboard/keys/:id/rotate', WRITE)
  async askRotation(@PathId() id: string, @Visitor() { person }: Browsing): Promise<Page> {
    return rotationPage(await this.key(person, id, 'rotate'), new Filled({ grace_period_hours: '24' }));
  }

  @SubmitPage('dashboard/keys/:id/rotate', WRITE)
  rotate(
    @PathId() id: string,
    @Body() form: PageForm,
    @Visitor() { person }: Browsing,
    @Origin() origin: RequestOrigin,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SeeOther> {
    const again = async (filled: Filled) => rotationPage(await this.key(person, id, 'rotate'), filled);
    return orShowAgain(form, again, async () => {
      const asked = { grace_period_hours: Number(textOf(form, 'grace_period_hours') || Number.NaN) };
      const { grace_period_hours: graceHours } = await checked(RotateApiKeyDto, asked);
      const nonce = textOf(form, 'nonce') || newOpaqueToken();
      return this.reveal.after(person, nonce, reply, secretPage, async (once) => {
        await this.lifecycle.rotate({ caller: person, origin, id, once }, graceHours ?? undefined);
        return { id };
      });
    });
  }

  @SubmitPage('dashboard/keys/:id/end-grace', WRITE)
  async endGrace(
    @PathId() id: string,
    @Visitor() { person }: Browsing,
    @Origin() origin: RequestOrigin,
  ): Promise<SeeOther> {
    await this.lifecycle.endGrace({ caller: person, origin, id });
    return new SeeOther(`/dashboard/keys/${id}`, 'Only the current secret works from now on.');
  }

  @SubmitPage('dashboard/keys/:id/disable', WRITE)
  async disable(
    @PathId() id: string,
    @Visitor() { person }: Browsing,
    @Origin() origin: RequestOrigin,
  ): Promise<SeeOther> {
    await this.lifecycle.disable({ caller: person, origin, id });
    return new SeeOther(
      `/dashboard/keys/${id}`,
      'The key is disabled: every request with it is refused until it is enabled.',
    );
  }

  @SubmitPage('dashboard/keys/:id/enable', WRITE)
  async enable(
    @PathId() id: string,
    @Visitor() { person }: Browsing,
    @Origin() origin: RequestOrigin,
  ): Promise<SeeOther> {
    await this.lifecycle.enable({ caller: person, origin, id });
    return new SeeOther(`/dashboard/keys/${id}`, 'The key is enabled, with the secrets it had.');
  }

  @ShowPage('dashboard/keys/:id/revoke', WRITE)
  async askRevocation(@PathId() id: string, @Visitor() { person }: Browsing): Promise<Page> {
    const shown = await this.key(person, id, 'revoke');
    return { title: `Revoke ${shown.name}`, section: 'keys', body: <RevocationView shown={shown} /> };
  }

  @SubmitPage('dashboard/keys/:id/revoke', WRITE)
  async revoke(
    @PathId() id: string,
    @Visitor() { person }: Browsing,
    @Origin() origin: RequestOrigin,
  ): Promise<SeeOther> {
    await this.lifecycle.revoke({ caller: person, origin, id });
    return new SeeOther(`/dashboard/keys/${id}`, 'The key is revoked. Nothing brings it back.');
  }

  /** @throws Problem NOT_FOUND, or KEY_STATE_CONFLICT when nothing of the kind can be done to it. */
  private async key(person: PersonPrincipal, id: string, action: KeyAction): Promise<ApiKeyDto> {
    const shown = this.present.view(await this.keys.get(person, id));
    if (allows(shown.status, action)) return shown;
    throw problem('KEY_STATE_CONFLICT', { detail: `This key is ${shown.status}, which leaves nothing to ${action}.` });
  }
}

function rotationPage(shown: ApiKeyDto, filled: Filled): Page {
  const nonce = filled.text('nonce') || newOpaqueToken();
  const body = <RotationView shown={shown} filled={filled} nonce={nonce} />;
  return { title: `Rotate ${shown.name}`, section: 'keys', body };
}
