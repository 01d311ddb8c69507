import { Controller, Get, Header, Headers } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { IncomingHttpHeaders } from 'node:http';
import { ApiProblems } from '#problems';
import { Public } from '../access/access.decorator.js';
import { Origin, type RequestOrigin } from '../http/request-origin.js';
import { Metrics } from '../metrics/metrics.js';
import { MetricsAccess } from './metrics-access.js';

@ApiTags('operations')
@Controller('metrics')
export class MetricsController {
  constructor(
    private readonly metrics: Metrics,
    private readonly access: MetricsAccess,
  ) {}

  @Get()
  @Public()
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  @ApiOperation({
    summary: 'What there is to measure',
    description:
      'In the text format of Prometheus. Needs `METRICS_TOKEN` as a bearer token; where none is set, it answers the ' +
      'machine that it runs on, and nobody else.',
  })
  @ApiProduces('text/plain')
  @ApiOkResponse({ schema: { type: 'string', maxLength: 10_000_000, example: '# TYPE akm_build_info gauge\n' } })
  @ApiProblems('UNAUTHENTICATED')
  read(@Headers() headers: IncomingHttpHeaders, @Origin() origin: RequestOrigin): Promise<string> {
    this.access.check(headers, origin);
    return this.metrics.text();
  }
}
