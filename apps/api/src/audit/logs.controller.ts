import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiProblems, problem } from '#problems';
import { Caller, RequireScope } from '../access/access.decorator.js';
import type { Principal } from '../access/principal.js';
import { isReadByCursor } from '../http/cursor.js';
import { linkNext } from '../http/next-link.js';
import { pageOf } from '../http/page.dto.js';
import { ListLogsDto, LogPageDto } from './list-logs.dto.js';
import { encodeLogCursor, placeBefore } from './log-cursor.js';
import { logEntryView } from './log-entry.view.js';
import { LogReader } from './log-reader.js';
import type { LogFilter } from './log-filter.js';
import { LogStatsDto, LogStatsQueryDto } from './log-stats.dto.js';
import { LogStats } from './log-stats.js';

@ApiTags('audit')
@Controller('api/v1/logs')
export class LogsController {
  constructor(
    private readonly log: LogReader,
    private readonly stats: LogStats,
  ) {}

  @Get()
  @RequireScope('akm:logs:all')
  @ApiOperation({ summary: 'Read the log', description: 'Of everybody. For admins.' })
  @ApiProblems('UNAUTHENTICATED', 'FORBIDDEN', 'VALIDATION_FAILED')
  list(
    @Query() query: ListLogsDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LogPageDto> {
    return this.answer(query, this.log.filterOf(query), request, reply);
  }

  @Get('my-keys')
  @RequireScope('akm:logs:read')
  @ApiOperation({ summary: 'Read the log of your keys', description: 'What was done to them, and with them.' })
  @ApiProblems('UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND', 'VALIDATION_FAILED')
  async listOfMyKeys(
    @Caller() caller: Principal,
    @Query() query: ListLogsDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LogPageDto> {
    const { api_key_id: id } = query;
    if (id !== undefined && !(await this.log.isKeyOf(caller.userId, id))) throw problem('NOT_FOUND');
    return this.answer(query, { ...this.log.filterOf(query), ownerId: caller.userId }, request, reply);
  }

  @Get('stats')
  @RequireScope('akm:logs:all')
  @ApiOperation({ summary: 'Count the log', description: 'By action and by day. For admins.' })
  @ApiProblems('UNAUTHENTICATED', 'FORBIDDEN', 'VALIDATION_FAILED')
  count(@Query() { days }: LogStatsQueryDto): Promise<LogStatsDto> {
    return this.stats.ofLast(days);
  }

  private answer(
    query: ListLogsDto,
    filter: LogFilter,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<LogPageDto> {
    return isReadByCursor(query)
      ? this.stretch(query, filter, request, reply)
      : this.page(query, filter, request, reply);
  }

  private async page(
    { page = 1, page_size = 50 }: ListLogsDto,
    filter: LogFilter,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<LogPageDto> {
    const { rows, total, isExact, searchedFrom } = await this.log.page(filter, page_size, (page - 1) * page_size);
    const answer = pageOf(rows.map(logEntryView), total, { page, page_size });
    if (isExact) return answer;
    if (searchedFrom) linkNext(request, reply, encodeLogCursor(placeBefore(searchedFrom)), page_size);
    return { ...answer, total_is_exact: false, ...withMoment(searchedFrom) };
  }

  private async stretch(
    { cursor, limit = 50 }: ListLogsDto,
    filter: LogFilter,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<LogPageDto> {
    const { rows, next, searchedFrom } = await this.log.look({ ...filter, before: cursor }, limit);
    linkNext(request, reply, next);
    return { items: rows.map(logEntryView), ...withMoment(searchedFrom) };
  }
}

function withMoment(searchedFrom: Date | null): Pick<LogPageDto, 'searched_from'> {
  return searchedFrom ? { searched_from: searchedFrom } : {};
}
