import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '#domain';
import { WaitingSecrets } from '../../keys/waiting-secrets.js';
import { type ClaimedDelivery, DeliveryQueue, isTaken } from './delivery-queue.js';
import { withPickupToken } from './pickup-token.js';
import { EndpointSecrets } from '../endpoints/endpoint-secrets.js';
import { bodyOf, headersOf } from '../sending/webhook-message.js';
import { type SendingResult, WebhookSender } from '../sending/webhook-sender.js';

/** Tries once to bring a delivery to its endpoint. */
@Injectable()
export class DeliveryAttempt {
  private readonly logger = new Logger('Webhooks');

  constructor(
    private readonly queue: DeliveryQueue,
    private readonly secrets: EndpointSecrets,
    private readonly waiting: WaitingSecrets,
    private readonly sender: WebhookSender,
    private readonly clock: Clock,
  ) {}

  /**
   * Sends and writes down what came of it. Never rejects: what cannot be written down is due again after its lease.
   * @returns whether the endpoint has taken it.
   */
  async make(delivery: ClaimedDelivery): Promise<boolean> {
    const result = await this.send(delivery);
    try {
      await this.queue.settle(delivery, result);
    } catch (error) {
      this.logger.error(error);
    }
    return isTaken(result);
  }

  private async send(delivery: ClaimedDelivery): Promise<SendingResult> {
    const { eventId, eventType: type, occurredAt: timestamp } = delivery;
    try {
      const secrets = await this.secrets.live(delivery.endpointId);
      const data = await withPickupToken(delivery, this.waiting);
      const body = bodyOf({ type, timestamp, data });
      return await this.sender.post(new URL(delivery.url), headersOf(eventId, body, secrets, this.clock.now()), body);
    } catch (error) {
      // A secret that no configured master key opens: a failure of this delivery, for which others must not wait.
      this.logger.error(error);
      return { failure: 'failed' };
    }
  }
}
