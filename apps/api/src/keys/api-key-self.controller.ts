import { Controller, Delete, HttpCode, Req } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { presentedKey } from '#guards';
import { ApiProblems } from '#problems';
import { GuardedByApiKey } from '../access/access.decorator.js';
import { Origin, type RequestOrigin } from '../http/request-origin.js';
import { SelfRevocationService } from './self-revocation.service.js';

@ApiTags('keys')
@Controller('api/v1/keys/self')
export class ApiKeySelfController {
  constructor(private readonly self: SelfRevocationService) {}

  @Delete()
  @HttpCode(204)
  @GuardedByApiKey()
  @ApiOperation({
    summary: 'Revoke the key that is sent',
    description: 'Whoever holds a key can kill it, in whatever state it is and wherever they are. Final.',
  })
  @ApiProblems(
    'API_KEY_MISSING',
    'API_KEY_MALFORMED',
    'API_KEY_NOT_FOUND',
    'API_KEY_GRACE_ENDED',
    'API_KEY_RATE_LIMITED',
  )
  revoke(@Origin() origin: RequestOrigin, @Req() request: FastifyRequest): Promise<void> {
    return this.self.revoke(presentedKey(request.headers), origin);
  }
}
