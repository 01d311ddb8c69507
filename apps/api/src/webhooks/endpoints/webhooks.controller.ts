import { Body, Controller, Delete, Get, HttpCode, Post, Put, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '#problems';
import { Caller, RequireScope } from '../../access/access.decorator.js';
import type { Principal } from '../../access/principal.js';
import { pageOf, PageQueryDto } from '../../http/page.dto.js';
import { Origin, type RequestOrigin } from '../../http/request-origin.js';
import { PathId } from '../../http/uuid.pipe.js';
import { EndpointSecrets } from './endpoint-secrets.js';
import { endpointView } from './endpoint.view.js';
import {
  ChangeWebhookSecretDto,
  CreateWebhookDto,
  IssuedWebhookEndpointDto,
  UpdateWebhookDto,
  WebhookEndpointDto,
  WebhookEndpointPageDto,
} from './webhook-endpoint.dto.js';
import type { WebhookEndpoint } from './webhook-endpoint.entity.js';
import { WebhookEndpoints } from './webhook-endpoints.js';

const READ = 'akm:webhooks:read';
const WRITE = 'akm:webhooks:write';
const GRACE_HOURS = 24;

@ApiTags('webhooks')
@Controller('api/v1/webhooks')
export class WebhooksController {
  constructor(
    private readonly endpoints: WebhookEndpoints,
    private readonly secrets: EndpointSecrets,
  ) {}

  @Post()
  @RequireScope(WRITE)
  @ApiOperation({
    summary: 'Create an endpoint',
    description: 'The answer shows the secret that its messages are signed with, now and never again.',
  })
  @ApiProblems('UNAUTHENTICATED', 'FORBIDDEN', 'CONFLICT', 'VALIDATION_FAILED')
  async create(
    @Caller() caller: Principal,
    @Origin() origin: RequestOrigin,
    @Body() body: CreateWebhookDto,
  ): Promise<IssuedWebhookEndpointDto> {
    const { endpoint, secret } = await this.endpoints.create(caller, origin, body);
    return { ...endpointView(endpoint, undefined), secret };
  }

  @Get()
  @RequireScope(READ)
  @ApiOperation({ summary: 'List endpoints', description: 'Your own; for admins everybody’s.' })
  @ApiProblems('UNAUTHENTICATED', 'FORBIDDEN', 'VALIDATION_FAILED')
  async list(@Caller() caller: Principal, @Query() query: PageQueryDto): Promise<WebhookEndpointPageDto> {
    const [endpoints, total] = await this.endpoints.list(caller, query);
    return pageOf(await this.views(endpoints), total, query);
  }

  @Get(':id')
  @RequireScope(READ)
  @ApiOperation({ summary: 'Show an endpoint', description: 'Without its secret.' })
  @ApiProblems('UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND')
  async get(@Caller() caller: Principal, @PathId() id: string): Promise<WebhookEndpointDto> {
    return this.view(await this.endpoints.get(caller, id));
  }

  @Put(':id')
  @RequireScope(WRITE)
  @ApiOperation({
    summary: 'Change an endpoint',
    description: 'Absent fields stay as they are. What has not been delivered yet goes to the new URL.',
  })
  @ApiProblems('UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND', 'CONFLICT', 'VALIDATION_FAILED')
  async update(
    @Caller() caller: Principal,
    @Origin() origin: RequestOrigin,
    @PathId() id: string,
    @Body() body: UpdateWebhookDto,
  ): Promise<WebhookEndpointDto> {
    return this.view(await this.endpoints.update({ caller, origin, id }, body));
  }

  @Delete(':id')
  @HttpCode(204)
  @RequireScope(WRITE)
  @ApiOperation({ summary: 'Delete an endpoint', description: 'With all its deliveries, made or not.' })
  @ApiProblems('UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND', 'CONFLICT')
  remove(@Caller() caller: Principal, @Origin() origin: RequestOrigin, @PathId() id: string): Promise<void> {
    return this.endpoints.remove({ caller, origin, id });
  }

  @Post(':id/secret')
  @HttpCode(200)
  @RequireScope(WRITE)
  @ApiOperation({
    summary: 'Change the secret of an endpoint',
    description:
      'Until the grace period ends every message carries two signatures: by the new secret and the one before.',
  })
  @ApiProblems('UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND', 'CONFLICT', 'VALIDATION_FAILED')
  async changeSecret(
    @Caller() caller: Principal,
    @Origin() origin: RequestOrigin,
    @PathId() id: string,
    @Body() { grace_period_hours = GRACE_HOURS }: ChangeWebhookSecretDto,
  ): Promise<IssuedWebhookEndpointDto> {
    const { endpoint, secret, formerEndsAt } = await this.endpoints.changeSecret(
      { caller, origin, id },
      grace_period_hours,
    );
    return { ...endpointView(endpoint, formerEndsAt), secret };
  }

  private async views(endpoints: readonly WebhookEndpoint[]): Promise<WebhookEndpointDto[]> {
    const graceEnds = await this.secrets.graceEnds(endpoints.map(({ id }) => id));
    return endpoints.map((endpoint) => endpointView(endpoint, graceEnds.get(endpoint.id)));
  }

  private async view(endpoint: WebhookEndpoint): Promise<WebhookEndpointDto> {
    return endpointView(endpoint, (await this.secrets.graceEnds([endpoint.id])).get(endpoint.id));
  }
}
