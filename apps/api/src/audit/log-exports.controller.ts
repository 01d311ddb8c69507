import { Controller, Get, Query, type StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { ApiProblems } from '#problems';
import { Caller, RequireScope } from '../access/access.decorator.js';
import type { Principal } from '../access/principal.js';
import { Origin, type RequestOrigin } from '../http/request-origin.js';
import { ExportLogsDto } from './export-logs.dto.js';
import { LogEntryDto } from './log-entry.dto.js';
import { LogExports } from './log-exports.js';

@ApiTags('audit')
@Controller('api/v1/logs/export')
export class LogExportsController {
  constructor(private readonly exports: LogExports) {}

  @Get('csv')
  @RequireScope('akm:logs:all')
  @ApiOperation({ summary: 'Export the log as CSV', description: 'All of it, streamed, newest first. For admins.' })
  @ApiOkResponse({
    description: 'A file with a header line. An apostrophe keeps a cell from being run as a formula.',
    content: { 'text/csv': { schema: { type: 'string', maxLength: 2 ** 53 - 1, example: 'ID,Timestamp,Action\r\n' } } },
  })
  @ApiProblems('UNAUTHENTICATED', 'FORBIDDEN', 'VALIDATION_FAILED')
  csv(
    @Caller() caller: Principal,
    @Origin() origin: RequestOrigin,
    @Query() query: ExportLogsDto,
  ): Promise<StreamableFile> {
    return this.exports.start('csv', caller, origin, query);
  }

  @Get('json')
  @RequireScope('akm:logs:all')
  @ApiOperation({ summary: 'Export the log as JSON', description: 'All of it, streamed, newest first. For admins.' })
  @ApiOkResponse({
    description: 'A file with one array.',
    content: {
      'application/json': {
        schema: { type: 'array', maxItems: 2 ** 53 - 1, items: { $ref: getSchemaPath(LogEntryDto) } },
      },
    },
  })
  @ApiProblems('UNAUTHENTICATED', 'FORBIDDEN', 'VALIDATION_FAILED')
  json(
    @Caller() caller: Principal,
    @Origin() origin: RequestOrigin,
    @Query() query: ExportLogsDto,
  ): Promise<StreamableFile> {
    return this.exports.start('json', caller, origin, query);
  }
}
