import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Clock, type PlaintextKey } from '#domain';
import { Config } from '../config/config.js';
import type { ApiKeyDto, ApiKeyPageDto, IssuedApiKeyDto } from './api-key.dto.js';
import type { ApiKeyPage } from './api-key-query.js';
import { type ApiKeyRecord, apiKeyView } from './api-key.view.js';
import { entityTag } from './entity-tag.js';

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

  /** The only answer that shows a secret. */
  issued(reply: FastifyReply, record: ApiKeyRecord, secret: PlaintextKey): IssuedApiKeyDto {
    return { ...this.one(reply, record), api_key: secret.reveal() };
  }

  page({ records, total }: ApiKeyPage, { page, page_size }: { page: number; page_size: number }): ApiKeyPageDto {
    return {
      items: records.map((record) => this.view(record)),
      total,
      page,
      page_size,
      pages: Math.ceil(total / page_size),
    };
  }

  private view(record: ApiKeyRecord): ApiKeyDto {
    return apiKeyView(record, this.config.keys, this.clock.now());
  }
}
