import { Body, Controller, Get, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clock } from '#domain';
import { KeyVerifier, presentedKey, rateLimitHeaders, refusal } from '#guards';
import { ApiProblems } from '#problems';
import { GuardedByApiKey, RequireScope } from '../../access/access.decorator.js';
import { Origin, type RequestOrigin } from '../../http/request-origin.js';
import { permissionQueryOf } from './permission-query.validator.js';
import { verdictView } from './verdict.view.js';
import { VerdictDto, VerifyDto } from './verify.dto.js';
import { VerifySelfDto } from './verify-self.dto.js';

@ApiTags('verification')
@Controller('api/v1/verify')
export class VerificationController {
  constructor(
    private readonly verifier: KeyVerifier,
    private readonly clock: Clock,
  ) {}

  @Post()
  @HttpCode(200)
  @RequireScope('akm:verify')
  @ApiOperation({
    summary: 'Verify a key',
    description: 'For services that were shown a key. Always 200: the verdict is in the body.',
  })
  @ApiProblems('UNAUTHENTICATED', 'FORBIDDEN', 'VALIDATION_FAILED')
  async verify(@Origin() origin: RequestOrigin, @Body() body: VerifyDto): Promise<VerdictDto> {
    const verification = await this.verifier.verify({
      presented: body.key,
      required: permissionQueryOf(body.permissions),
      environment: body.environment ?? undefined,
      service: body.service ?? undefined,
      ip: body.ip,
      userAgent: body.user_agent,
      cost: body.cost ?? 1,
      requestId: origin.requestId,
      method: origin.method,
      endpoint: origin.endpoint,
    });
    return verdictView(verification, origin.requestId);
  }

  @Get()
  @GuardedByApiKey()
  @ApiOperation({
    summary: 'Verify the key that is sent',
    description: 'For simple clients: the verdict is the HTTP status. Spends one token.',
  })
  @ApiProblems('VALIDATION_FAILED')
  async verifySelf(
    @Origin() origin: RequestOrigin,
    @Query() query: VerifySelfDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<VerdictDto> {
    const verification = await this.verifier.verify({
      presented: presentedKey(request.headers),
      required: permissionQueryOf(query.permissions),
      environment: query.environment,
      service: query.service,
      ip: origin.ip,
      guessedFrom: origin.ip,
      userAgent: origin.userAgent,
      cost: 1,
      requestId: origin.requestId,
      method: origin.method,
      endpoint: origin.endpoint,
    });
    const now = this.clock.now();
    const refused = refusal(verification, now);
    if (refused) throw refused;
    void reply.headers(rateLimitHeaders(verification.limits, 0, now));
    return verdictView(verification, origin.requestId);
  }
}
