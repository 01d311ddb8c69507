import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clock, type PlaintextKey } from '#domain';
import { Config } from '../config/config.js';
import type { Stretch } from '../http/cursor.js';
import { linkNext } from '../http/next-link.js';
import { pageOf } from '../http/page.dto.js';
import type { KeptAnswer } from '../idempotency/kept-answers.js';
import type { ApiKeyDto, ApiKeyPageDto, IssuedApiKeyDto, RotatedApiKeyDto } from './api-key.dto.js';
import type { ApiKeyPage } from './api-key-query.js';
import { type ApiKeyRecord, apiKeyView, type Rotation } from './api-key.view.js';
import { entityTag } from './entity-tag.js';

/** An answer that can be sent now and again. */
export type AnswerOf<Body extends object> = KeptAnswer & { readonly body: Body };

/** Puts keys into the form of the contract, and their version into the ETag of the answer. */
@Injectable()
export class ApiKeyPresenter {
  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  one(reply: FastifyReply, record: ApiKeyRecord): ApiKeyDto {
    void reply.header('etag', entityTag(record.key.version));
    return this.view(record);
  }

  /** The only answers that show a secret: this one and `rotated`. */
  issued(record: ApiKeyRecord, secret: PlaintextKey): AnswerOf<IssuedApiKeyDto> {
    const body = { ...this.view(record), api_key: secret.reveal() };
    return { headers: { etag: entityTag(record.key.version) }, body };
  }

  rotated({ record, secret, graceEndsAt }: Rotation): AnswerOf<RotatedApiKeyDto> {
    const { headers, body } = this.issued(record, secret);
    return { headers, body: { old_key_id: record.key.id, new_key: body, grace_period_ends_at: graceEndsAt } };
  }

  page({ records, total, page, pageSize }: ApiKeyPage): ApiKeyPageDto {
    return pageOf(this.views(records), total, { page, page_size: pageSize });
  }

  /** With a `Link` to what comes next, as long as there is more. */
  stretch(request: FastifyRequest, reply: FastifyReply, { items, next }: Stretch<ApiKeyRecord>): ApiKeyPageDto {
    linkNext(request, reply, next);
    return { items: this.views(items) };
  }

  view(record: ApiKeyRecord): ApiKeyDto {
    return apiKeyView(record, this.config.keys, this.clock.now());
  }

  private views(records: readonly ApiKeyRecord[]): ApiKeyDto[] {
    return records.map((record) => this.view(record));
  }
}
