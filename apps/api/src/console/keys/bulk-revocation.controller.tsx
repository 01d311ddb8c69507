import { Body, Query } from '@nestjs/common';
import { problem } from '#problems';
import type { Browsing } from '../../auth/browser-sessions.js';
import { type PageForm, listOf, textOf } from '../../http/page-form.js';
import { Origin, type RequestOrigin } from '../../http/request-origin.js';
import { BulkChangeDto, type BulkChangeResultDto } from '../../keys/bulk-change.dto.js';
import { BulkChangeService } from '../../keys/bulk-change.service.js';
import type { PersonPrincipal } from '../../access/principal.js';
import { checked } from '../frame/checked.js';
import { Filled, orShowAgain } from '../frame/filled.js';
import { type Page, SeeOther } from '../frame/page.js';
import { Pages, ShowPage, SubmitPage, Visitor } from '../frame/page.decorators.js';
import { BulkRevocationView, wordsFor } from './bulk-revocation.view.js';
import { outcomeOf } from './key-list.controller.js';

/** Revokes several keys at once, for whoever types how many. */
@Pages()
export class BulkRevocationPages {
  constructor(private readonly bulk: BulkChangeService) {}

  @ShowPage('dashboard/keys/revoke', 'akm:keys:write')
  async ask(
    @Visitor() { person }: Browsing,
    @Origin() origin: RequestOrigin,
    @Query('ids') ids: unknown,
  ): Promise<Page> {
    const asked = typeof ids === 'string' ? ids.split(',') : [];
    return page(await this.run(person, origin, asked, true), new Filled());
  }

  @SubmitPage('dashboard/keys/revoke', 'akm:keys:write')
  revoke(@Body() form: PageForm, @Visitor() { person }: Browsing, @Origin() origin: RequestOrigin): Promise<SeeOther> {
    const ids = listOf(form, 'id');
    return orShowAgain(
      form,
      async (filled) => page(await this.run(person, origin, ids, true), filled),
      async () => {
        const words = wordsFor(ids.length);
        if (textOf(form, 'confirmation').trim().toLowerCase() !== words) throw refusal(words);
        return new SeeOther('/dashboard/keys', outcomeOf(await this.run(person, origin, ids, false)));
      },
    );
  }

  private async run(
    person: PersonPrincipal,
    origin: RequestOrigin,
    ids: readonly string[],
    isDryRun: boolean,
  ): Promise<BulkChangeResultDto> {
    const dto = await checked(BulkChangeDto, { action: 'revoke', filter: { ids }, dry_run: isDryRun });
    return this.bulk.run(person, origin, dto);
  }
}

function page({ results }: BulkChangeResultDto, filled: Filled): Page {
  return { title: 'Revoke keys', section: 'keys', body: <BulkRevocationView results={results} filled={filled} /> };
}

function refusal(words: string) {
  const message = `confirmation must be “${words}”: nothing was revoked`;
  return problem('VALIDATION_FAILED', { errors: [{ field: 'confirmation', message }] });
}
