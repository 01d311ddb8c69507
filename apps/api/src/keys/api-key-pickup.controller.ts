import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ApiProblems } from '#problems';
import { Caller, Public, RequireScope } from '../access/access.decorator.js';
import type { Principal } from '../access/principal.js';
import { Origin, type RequestOrigin } from '../http/request-origin.js';
import { PathId } from '../http/uuid.pipe.js';
import type { IdempotentRequest } from '../idempotency/idempotent-request.js';
import { Idempotent, Once } from '../idempotency/idempotent.decorator.js';
import { ApiKeyPresenter } from './api-key-presenter.js';
import { IssuedApiKeyDto } from './api-key.dto.js';
import { PickUpDto } from './pick-up.dto.js';
import { type PickedUp, PickUps } from './pick-ups.js';

/** Where secrets that were made by automatic rotations are picked up. */
@ApiTags('keys')
@Controller('api/v1/keys')
export class ApiKeyPickupController {
  constructor(
    private readonly pickUps: PickUps,
    private readonly present: ApiKeyPresenter,
  ) {}

  @Post('pickup')
  @HttpCode(200)
  @Public()
  @Idempotent()
  @ApiOperation({
    summary: 'Pick up a new secret by its token',
    description:
      'The secret of an automatic rotation, for whoever has the token of its event `key.rotated`, once. A used token, ' +
      'one whose secret was replaced or revoked, and one that never was get the same answer.',
  })
  @ApiProblems('NO_SECRET_WAITING', 'VALIDATION_FAILED')
  async redeem(
    @Origin() origin: RequestOrigin,
    @Once() once: IdempotentRequest | undefined,
    @Body() { token }: PickUpDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<IssuedApiKeyDto> {
    return this.answer(reply, await this.pickUps.byToken(origin, token, once));
  }

  @Post(':id/pickup')
  @HttpCode(200)
  @RequireScope('akm:keys:write')
  @Idempotent()
  @ApiOperation({
    summary: 'Pick up the new secret of a key',
    description: 'The secret of an automatic rotation, without its token, once: for whoever could rotate the key.',
  })
  @ApiProblems('UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND', 'NO_SECRET_WAITING')
  async fetch(
    @Caller() caller: Principal,
    @Origin() origin: RequestOrigin,
    @PathId() id: string,
    @Once() once: IdempotentRequest | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<IssuedApiKeyDto> {
    return this.answer(reply, await this.pickUps.ofKey({ caller, origin, id, once }));
  }

  private answer(reply: FastifyReply, { record, secret }: PickedUp): IssuedApiKeyDto {
    const { headers, body } = this.present.issued(record, secret);
    void reply.headers(headers);
    return body;
  }
}
