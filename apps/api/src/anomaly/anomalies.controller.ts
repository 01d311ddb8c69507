import { Body, Controller, Get, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiProblems } from '#problems';
import { Caller, RequireScope } from '../access/access.decorator.js';
import type { Principal } from '../access/principal.js';
import { isReadByCursor, readStretch } from '../http/cursor.js';
import { linkNext } from '../http/next-link.js';
import { pageOf, stretchOf } from '../http/page.dto.js';
import { Origin, type RequestOrigin } from '../http/request-origin.js';
import { PathId } from '../http/uuid.pipe.js';
import { AnomaliesService } from './anomalies.service.js';
import { encodeAnomalyCursor } from './anomaly-cursor.js';
import { AnomalyDto, AnomalyPageDto } from './anomaly.dto.js';
import { anomalyView } from './anomaly.view.js';
import { ListAnomaliesDto, MuteAnomalyDto } from './list-anomalies.dto.js';
import { ResponseUndo } from './responses/response-undo.js';

@ApiTags('insights')
@Controller('api/v1/anomalies')
export class AnomaliesController {
  constructor(
    private readonly anomalies: AnomaliesService,
    private readonly responses: ResponseUndo,
  ) {}

  @Get()
  @RequireScope('akm:anomalies:read')
  @ApiOperation({
    summary: 'List anomalies',
    description:
      'What your keys did that they do not do by themselves; for admins everybody’s, and what no key of ours did.',
  })
  @ApiProblems('UNAUTHENTICATED', 'FORBIDDEN', 'VALIDATION_FAILED')
  list(
    @Caller() caller: Principal,
    @Query() query: ListAnomaliesDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AnomalyPageDto> {
    return isReadByCursor(query) ? this.stretch(caller, query, request, reply) : this.page(caller, query);
  }

  @Get(':id')
  @RequireScope('akm:anomalies:read')
  @ApiOperation({ summary: 'Show an anomaly' })
  @ApiProblems('UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND')
  async show(@Caller() caller: Principal, @PathId() id: string): Promise<AnomalyDto> {
    return anomalyView(await this.anomalies.get(caller, id));
  }

  @Post(':id/resolve')
  @HttpCode(200)
  @RequireScope('akm:anomalies:write')
  @ApiOperation({
    summary: 'Resolve an anomaly',
    description: 'There is nothing left to do about it. Evidence that comes later no longer joins it.',
  })
  @ApiProblems('UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND')
  async resolve(
    @Caller() caller: Principal,
    @Origin() origin: RequestOrigin,
    @PathId() id: string,
  ): Promise<AnomalyDto> {
    return anomalyView(await this.anomalies.resolve({ caller, origin, id }));
  }

  @Post(':id/mute')
  @HttpCode(200)
  @RequireScope('akm:anomalies:write')
  @ApiOperation({
    summary: 'Mute an anomaly',
    description: 'Resolves it, and nothing of its kind is alerted about this key for so many days.',
  })
  @ApiProblems('UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND', 'VALIDATION_FAILED')
  async mute(
    @Caller() caller: Principal,
    @Origin() origin: RequestOrigin,
    @PathId() id: string,
    @Body() { days }: MuteAnomalyDto,
  ): Promise<AnomalyDto> {
    return anomalyView(await this.anomalies.mute({ caller, origin, id }, days));
  }

  @Post(':id/confirm')
  @HttpCode(200)
  @RequireScope('akm:anomalies:write')
  @ApiOperation({
    summary: 'Confirm an anomaly',
    description: 'It was misuse: what the key did then is not counted as a habit when thresholds are chosen.',
  })
  @ApiProblems('UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND')
  async confirm(
    @Caller() caller: Principal,
    @Origin() origin: RequestOrigin,
    @PathId() id: string,
  ): Promise<AnomalyDto> {
    return anomalyView(await this.anomalies.confirm({ caller, origin, id }));
  }

  @Post(':id/undo')
  @HttpCode(200)
  @RequireScope('akm:keys:write')
  @ApiOperation({
    summary: 'Undo what was done about an anomaly',
    description:
      'A key that was suspended works again, one that was throttled has its own limits again. Within 24 hours of a suspension; afterwards the key is enabled like any other. The key is left alone for a day.',
  })
  @ApiProblems('UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND', 'CONFLICT')
  async undo(@Caller() caller: Principal, @Origin() origin: RequestOrigin, @PathId() id: string): Promise<AnomalyDto> {
    return anomalyView(await this.responses.undo({ caller, origin, id }));
  }

  private async page(caller: Principal, query: ListAnomaliesDto): Promise<AnomalyPageDto> {
    const asked = { page: query.page ?? 1, page_size: query.page_size ?? 20 };
    const { take, skip } = stretchOf(asked);
    const [rows, total] = await this.anomalies.page(caller, query, take, skip);
    return pageOf(rows.map(anomalyView), total, asked);
  }

  private async stretch(
    caller: Principal,
    query: ListAnomaliesDto,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<AnomalyPageDto> {
    const { cursor, limit = 20 } = query;
    const read = (count: number) => this.anomalies.behind(caller, query, cursor, count);
    const { items, next } = await readStretch(limit, read, encodeAnomalyCursor);
    linkNext(request, reply, next);
    return { items: items.map(anomalyView) };
  }
}
