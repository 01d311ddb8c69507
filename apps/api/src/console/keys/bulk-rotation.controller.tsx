import { Body, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { PersonPrincipal } from '../../access/principal.js';
import type { Browsing } from '../../auth/browser-sessions.js';
import { newOpaqueToken } from '../../auth/opaque-token.js';
import { listOf, type PageForm, textOf } from '../../http/page-form.js';
import { Origin, type RequestOrigin } from '../../http/request-origin.js';
import type { IssuedApiKeyDto } from '../../keys/api-key.dto.js';
import { BULK_KEYS_MAX, BulkChangeDto, type BulkChangeResultDto } from '../../keys/bulk-change.dto.js';
import { BulkChangeService, type OnceForEach } from '../../keys/bulk-change.service.js';
import { checked } from '../frame/checked.js';
import { Filled, orShowAgain } from '../frame/filled.js';
import type { Page, SeeOther } from '../frame/page.js';
import { Pages, ShowPage, SubmitPage, Visitor } from '../frame/page.decorators.js';
import { linkTo } from '../parts/pager.js';
import { orGone } from '../reveal/gone.js';
import { OneTimeReveal } from '../reveal/one-time-reveal.js';
import { BulkRotationView, RotatedKeysView } from './bulk-rotation.view.js';
import { outcomeOf } from './key-list.controller.js';

const WRITE = 'akm:keys:write';

/** Gives several keys another secret at once. All of the secrets are shown on one page, once. */
@Pages()
export class BulkRotationPages {
  constructor(
    private readonly bulk: BulkChangeService,
    private readonly reveal: OneTimeReveal,
  ) {}

  @ShowPage('dashboard/keys/rotate', WRITE)
  ask(@Visitor() { person }: Browsing, @Origin() origin: RequestOrigin, @Query('ids') ids: unknown): Promise<Page> {
    return this.page(person, origin, idsIn(ids), new Filled({ grace_period_hours: '24' }));
  }

  @SubmitPage('dashboard/keys/rotate', WRITE)
  rotate(
    @Body() form: PageForm,
    @Visitor() { person }: Browsing,
    @Origin() origin: RequestOrigin,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SeeOther> {
    const ids = listOf(form, 'id');
    return orShowAgain(
      form,
      (filled) => this.page(person, origin, ids, filled),
      async () => {
        const grace_period_hours = Number(textOf(form, 'grace_period_hours') || Number.NaN);
        const asked = { action: 'rotate', filter: { ids }, grace_period_hours };
        const dto = await checked(BulkChangeDto, asked);
        const nonce = textOf(form, 'nonce') || newOpaqueToken();
        const shownAt = linkTo('/dashboard/keys/rotated', { ids: ids.join() });
        return this.reveal.afterAll(person, nonce, reply, shownAt, async (onceForEach: OnceForEach) =>
          outcomeOf(await this.bulk.run(person, origin, dto, onceForEach)),
        );
      },
    );
  }

  @ShowPage('dashboard/keys/rotated', WRITE)
  async show(
    @Visitor() { person }: Browsing,
    @Query('ids') ids: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Page> {
    const rotated = idsIn(ids).slice(0, BULK_KEYS_MAX);
    const issued = await this.reveal.takeAll<IssuedApiKeyDto>(person, request, reply, rotated);
    const keys = orGone(issued.length === 0 ? undefined : issued, {
      section: 'keys',
      what: 'page',
      advice:
        'If nobody saved the secrets, rotate the keys once more: they keep their ids, their permissions and their log.',
      back: { label: 'Back to the keys', href: '/dashboard/keys' },
    });
    return { title: 'The new secrets', section: 'keys', body: <RotatedKeysView keys={keys} /> };
  }

  private async page(
    person: PersonPrincipal,
    origin: RequestOrigin,
    ids: readonly string[],
    filled: Filled,
  ): Promise<Page> {
    const asked = { action: 'rotate', filter: { ids }, dry_run: true };
    const { results }: BulkChangeResultDto = await this.bulk.run(person, origin, await checked(BulkChangeDto, asked));
    const nonce = filled.text('nonce') || newOpaqueToken();
    const body = <BulkRotationView results={results} filled={filled} nonce={nonce} />;
    return { title: 'Rotate keys', section: 'keys', body };
  }
}

function idsIn(asked: unknown): string[] {
  return typeof asked === 'string' ? asked.split(',') : [];
}
