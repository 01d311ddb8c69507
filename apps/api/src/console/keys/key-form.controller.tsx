import { Body, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Browsing } from '../../auth/browser-sessions.js';
import { newOpaqueToken } from '../../auth/opaque-token.js';
import { Config } from '../../config/config.js';
import { type PageForm, textOf } from '../../http/page-form.js';
import { Origin, type RequestOrigin } from '../../http/request-origin.js';
import { PathId } from '../../http/uuid.pipe.js';
import { ApiKeyPresenter } from '../../keys/api-key-presenter.js';
import { ApiKeysService } from '../../keys/api-keys.service.js';
import { CreateApiKeyDto, UpdateApiKeyDto } from '../../keys/change-api-key.dto.js';
import { checked } from '../frame/checked.js';
import { Filled, orShowAgain } from '../frame/filled.js';
import { type Page, SeeOther } from '../frame/page.js';
import { Pages, ShowPage, SubmitPage, Visitor } from '../frame/page.decorators.js';
import { EXPIRY_DAYS, formOf, keyFields } from './key-form.js';
import { KeyFormView } from './key-form.view.js';
import { OneTimeReveal } from '../reveal/one-time-reveal.js';
import { secretPage } from './reveal.controller.js';

const WRITE = 'akm:keys:write';

@Pages()
export class KeyFormPages {
  constructor(
    private readonly keys: ApiKeysService,
    private readonly present: ApiKeyPresenter,
    private readonly reveal: OneTimeReveal,
    private readonly config: Config,
  ) {}

  @ShowPage('dashboard/keys/new', WRITE)
  make(): Page {
    const { expiryDays } = this.config.keys;
    const offered = EXPIRY_DAYS.find((days) => days >= expiryDays) ?? EXPIRY_DAYS.at(-1);
    return this.newPage(
      new Filled({ environment: 'production', permissions: 'read', has_credits: 'none', expires: String(offered) }),
    );
  }

  @SubmitPage('dashboard/keys/new', WRITE)
  create(
    @Body() form: PageForm,
    @Visitor() { person }: Browsing,
    @Origin() origin: RequestOrigin,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SeeOther> {
    return orShowAgain(
      form,
      (filled) => this.newPage(filled),
      async () => {
        const dto = await checked(CreateApiKeyDto, keyFields(form));
        const nonce = textOf(form, 'nonce') || newOpaqueToken();
        return this.reveal.after(person, nonce, reply, secretPage, async (once) => {
          const { record } = await this.keys.create(person, origin, dto, once);
          return record.key;
        });
      },
    );
  }

  @ShowPage('dashboard/keys/:id/edit', WRITE)
  async edit(@PathId() id: string, @Visitor() { person }: Browsing): Promise<Page> {
    const record = await this.keys.get(person, id);
    const key = this.present.view(record);
    return this.editPage(key, new Filled(formOf(key, record.key)));
  }

  @SubmitPage('dashboard/keys/:id/edit', WRITE)
  update(
    @PathId() id: string,
    @Body() form: PageForm,
    @Visitor() { person }: Browsing,
    @Origin() origin: RequestOrigin,
  ): Promise<SeeOther> {
    return orShowAgain(
      form,
      async (filled) => this.editPage(this.present.view(await this.keys.get(person, id)), filled),
      async () => {
        const dto = await checked(UpdateApiKeyDto, keyFields(form));
        await this.keys.update({ caller: person, origin, id, ifVersion: Number(textOf(form, 'version')) }, dto);
        return new SeeOther(`/dashboard/keys/${id}`, 'The key is changed.');
      },
    );
  }

  private newPage(filled: Filled): Page {
    const nonce = filled.text('nonce') || newOpaqueToken();
    const body = <KeyFormView filled={filled} hidden={{ nonce }} defaults={this.config.keys} />;
    return { title: 'New key', section: 'keys', body };
  }

  private editPage(existing: { id: string; name: string }, filled: Filled): Page {
    const hidden = { version: filled.text('version') };
    const body = <KeyFormView filled={filled} existing={existing} hidden={hidden} defaults={this.config.keys} />;
    return { title: `Edit ${existing.name}`, section: 'keys', body };
  }
}
