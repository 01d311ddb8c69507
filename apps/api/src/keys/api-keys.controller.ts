import { Body, Controller, Delete, Get, Headers, HttpCode, Post, Put, Query, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiProblems } from '#problems';
import { Caller, RequireScope } from '../access/access.decorator.js';
import type { Principal } from '../access/principal.js';
import { isReadByCursor } from '../http/cursor.js';
import { Origin, type RequestOrigin } from '../http/request-origin.js';
import type { IdempotentRequest } from '../idempotency/idempotent-request.js';
import { Idempotent, Once } from '../idempotency/idempotent.decorator.js';
import { PathId } from '../http/uuid.pipe.js';
import { ApiKeyLifecycleService } from './api-key-lifecycle.service.js';
import { type AnswerOf, ApiKeyPresenter } from './api-key-presenter.js';
import { ApiKeyDto, ApiKeyPageDto, IssuedApiKeyDto, RotatedApiKeyDto } from './api-key.dto.js';
import { ApiKeysService } from './api-keys.service.js';
import { CreateApiKeyDto, RotateApiKeyDto, UpdateApiKeyDto } from './change-api-key.dto.js';
import { versionOf } from './entity-tag.js';
import { ListApiKeysDto } from './list-api-keys.dto.js';
import { ShowApiKeyDto, ShownApiKeyDto } from './show-api-key.dto.js';

const READ = 'akm:keys:read';
const WRITE = 'akm:keys:write';

@ApiTags('keys')
@Controller('api/v1/keys')
export class ApiKeysController {
  constructor(
    private readonly keys: ApiKeysService,
    private readonly lifecycle: ApiKeyLifecycleService,
    private readonly present: ApiKeyPresenter,
  ) {}

  @Post()
  @RequireScope(WRITE)
  @Idempotent()
  @ApiOperation({ summary: 'Create a key', description: 'The answer shows the secret, now and never again.' })
  @ApiProblems('UNAUTHENTICATED', 'FORBIDDEN', 'VALIDATION_FAILED')
  async create(
    @Caller() caller: Principal,
    @Origin() origin: RequestOrigin,
    @Once() once: IdempotentRequest | undefined,
    @Body() body: CreateApiKeyDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<IssuedApiKeyDto> {
    const { record, secret } = await this.keys.create(caller, origin, body, once);
    return send(reply, this.present.issued(record, secret));
  }

  @Get()
  @RequireScope(READ)
  @ApiOperation({ summary: 'List keys', description: 'Your own; for admins everybody’s.' })
  @ApiProblems('UNAUTHENTICATED', 'FORBIDDEN', 'VALIDATION_FAILED')
  async list(
    @Caller() caller: Principal,
    @Query() query: ListApiKeysDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ApiKeyPageDto> {
    return isReadByCursor(query)
      ? this.present.stretch(request, reply, await this.keys.listByCursor(caller, query))
      : this.present.page(await this.keys.list(caller, query));
  }

  @Get(':id')
  @RequireScope(READ)
  @ApiOperation({ summary: 'Show a key', description: 'With its version as the ETag, for If-Match.' })
  @ApiProblems('UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND', 'VALIDATION_FAILED')
  async get(
    @Caller() caller: Principal,
    @Origin() origin: RequestOrigin,
    @PathId() id: string,
    @Query() { reveal }: ShowApiKeyDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ShownApiKeyDto> {
    const record = await this.keys.get(caller, id);
    const shown = this.present.one(reply, record);
    return reveal ? { ...shown, secret_meta: await this.keys.reveal(caller, origin, record) } : shown;
  }

  @Put(':id')
  @RequireScope(WRITE)
  @ApiOperation({ summary: 'Change a key', description: 'Absent fields stay as they are; null clears a field.' })
  @ApiHeader({
    name: 'If-Match',
    required: false,
    description: 'The ETag of the key you read.',
    schema: { type: 'string', maxLength: 16, example: '"3"' },
  })
  @ApiProblems(
    'UNAUTHENTICATED',
    'FORBIDDEN',
    'NOT_FOUND',
    'KEY_STATE_CONFLICT',
    'PRECONDITION_FAILED',
    'VALIDATION_FAILED',
  )
  async update(
    @Caller() caller: Principal,
    @Origin() origin: RequestOrigin,
    @PathId() id: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Body() body: UpdateApiKeyDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ApiKeyDto> {
    const request = { caller, origin, id, ifVersion: versionOf(ifMatch) };
    return this.present.one(reply, await this.keys.update(request, body));
  }

  @Delete(':id')
  @HttpCode(204)
  @RequireScope(WRITE)
  @ApiOperation({ summary: 'Revoke a key', description: 'Final: nothing brings a revoked key back.' })
  @ApiProblems('UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND', 'KEY_STATE_CONFLICT')
  revoke(@Caller() caller: Principal, @Origin() origin: RequestOrigin, @PathId() id: string): Promise<void> {
    return this.lifecycle.revoke({ caller, origin, id });
  }

  @Post(':id/disable')
  @HttpCode(200)
  @RequireScope(WRITE)
  @ApiOperation({ summary: 'Disable a key', description: 'Until it is enabled again.' })
  @ApiProblems('UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND', 'KEY_STATE_CONFLICT')
  async disable(
    @Caller() caller: Principal,
    @Origin() origin: RequestOrigin,
    @PathId() id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ApiKeyDto> {
    return this.present.one(reply, await this.lifecycle.disable({ caller, origin, id }));
  }

  @Post(':id/enable')
  @HttpCode(200)
  @RequireScope(WRITE)
  @ApiOperation({ summary: 'Enable a disabled key', description: 'With the secrets it had.' })
  @ApiProblems('UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND', 'KEY_STATE_CONFLICT')
  async enable(
    @Caller() caller: Principal,
    @Origin() origin: RequestOrigin,
    @PathId() id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ApiKeyDto> {
    return this.present.one(reply, await this.lifecycle.enable({ caller, origin, id }));
  }

  @Post(':id/rotate')
  @HttpCode(200)
  @RequireScope(WRITE)
  @Idempotent()
  @ApiOperation({
    summary: 'Rotate a key',
    description: 'A new secret under the same id. The one before works until its grace period ends.',
  })
  @ApiProblems('UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND', 'KEY_STATE_CONFLICT', 'VALIDATION_FAILED')
  async rotate(
    @Caller() caller: Principal,
    @Origin() origin: RequestOrigin,
    @PathId() id: string,
    @Once() once: IdempotentRequest | undefined,
    @Body() body: RotateApiKeyDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RotatedApiKeyDto> {
    const request = { caller, origin, id, once };
    return send(
      reply,
      this.present.rotated(await this.lifecycle.rotate(request, body.grace_period_hours ?? undefined)),
    );
  }

  @Post(':id/rotate/end')
  @HttpCode(200)
  @RequireScope(WRITE)
  @ApiOperation({ summary: 'End a grace period now', description: 'Only the current secret works from here on.' })
  @ApiProblems('UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND', 'KEY_STATE_CONFLICT')
  async endGrace(
    @Caller() caller: Principal,
    @Origin() origin: RequestOrigin,
    @PathId() id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ApiKeyDto> {
    return this.present.one(reply, await this.lifecycle.endGrace({ caller, origin, id }));
  }
}

function send<Body extends object>(reply: FastifyReply, { headers, body }: AnswerOf<Body>): Body {
  void reply.headers(headers);
  return body;
}
