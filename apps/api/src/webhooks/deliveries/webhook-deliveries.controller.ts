import { Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '#problems';
import { Caller, RequireScope } from '../../access/access.decorator.js';
import type { Principal } from '../../access/principal.js';
import { pageOf } from '../../http/page.dto.js';
import { Origin, type RequestOrigin } from '../../http/request-origin.js';
import { PathId } from '../../http/uuid.pipe.js';
import { DeliveryTrigger } from './delivery-trigger.js';
import { deliveryView } from './delivery.view.js';
import { ListDeliveriesDto, WebhookDeliveryDto, WebhookDeliveryPageDto } from './webhook-delivery.dto.js';
import { WebhookDeliveries } from './webhook-deliveries.js';

@ApiTags('webhooks')
@Controller('api/v1/webhooks/:id')
export class WebhookDeliveriesController {
  constructor(
    private readonly deliveries: WebhookDeliveries,
    private readonly trigger: DeliveryTrigger,
  ) {}

  @Get('deliveries')
  @RequireScope('akm:webhooks:read')
  @ApiOperation({
    summary: 'List what was sent to an endpoint',
    description: 'And what is still to be sent, and what was given up. Kept for 30 days after it was over.',
  })
  @ApiProblems('UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND', 'VALIDATION_FAILED')
  async list(
    @Caller() caller: Principal,
    @PathId() id: string,
    @Query() query: ListDeliveriesDto,
  ): Promise<WebhookDeliveryPageDto> {
    const [records, total] = await this.deliveries.list(caller, id, query);
    return pageOf(records.map(deliveryView), total, query);
  }

  @Post('deliveries/:did/replay')
  @HttpCode(200)
  @RequireScope('akm:webhooks:write')
  @ApiOperation({
    summary: 'Deliver once more',
    description: 'Under the same `webhook-id`, soon, and for another day if need be.',
  })
  @ApiProblems('UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND', 'CONFLICT')
  async replay(
    @Caller() caller: Principal,
    @Origin() origin: RequestOrigin,
    @PathId() id: string,
    @PathId('did', 'Id of the delivery.') deliveryId: string,
  ): Promise<WebhookDeliveryDto> {
    const record = await this.deliveries.replay({ caller, origin, id }, deliveryId);
    this.trigger.soon();
    return deliveryView(record);
  }

  @Post('test')
  @HttpCode(200)
  @RequireScope('akm:webhooks:write')
  @ApiOperation({
    summary: 'Send a ping',
    description:
      'One signed message of type `webhook.ping`, now; the answer tells how it went. A ping is not repeated.',
  })
  @ApiProblems('UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND')
  async test(
    @Caller() caller: Principal,
    @Origin() origin: RequestOrigin,
    @PathId() id: string,
  ): Promise<WebhookDeliveryDto> {
    return deliveryView(await this.deliveries.ping({ caller, origin, id }));
  }
}
