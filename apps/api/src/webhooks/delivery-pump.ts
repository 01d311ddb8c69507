import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { DeliveryAttempt } from './delivery-attempt.js';
import { type ClaimedDelivery, DeliveryQueue } from './delivery-queue.js';
import { EventLayout } from './event-layout.js';

/** Endpoints that are talked to at the same time, and messages at the same time to each. */
const LANES = 32;
const LANE_WIDTH = 4;

/**
 * Brings what is due to its endpoints. Each endpoint has a lane of its own: one that is slow is waited for in its lane
 * and nowhere else, while new events go out in the others.
 */
@Injectable()
export class DeliveryPump implements BeforeApplicationShutdown {
  private readonly logger = new Logger('Webhooks');
  private readonly lanes = new Set<string>();
  private readonly underWay = new Set<Promise<void>>();
  private isLooking = false;
  private isWanted = false;
  private isStopped = false;
  private made = 0;

  constructor(
    private readonly layout: EventLayout,
    private readonly queue: DeliveryQueue,
    private readonly attempt: DeliveryAttempt,
  ) {}

  /** Begins to deliver whatever is due, and returns at once. */
  poke(): void {
    this.isWanted = true;
    if (!this.isLooking) this.follow(this.look());
  }

  /** Delivers whatever is due and waits until that is done. What fails is not due any more. */
  async deliverDue(): Promise<void> {
    this.poke();
    await this.rest();
  }

  /** Attempts made since it was asked last. */
  takeCount(): number {
    const { made } = this;
    this.made = 0;
    return made;
  }

  /** What has been begun is finished, while there is a database to write it to. */
  async beforeApplicationShutdown(): Promise<void> {
    this.isStopped = true;
    await this.rest();
  }

  private async rest(): Promise<void> {
    while (this.underWay.size > 0) await Promise.all(this.underWay);
  }

  private async look(): Promise<void> {
    this.isLooking = true;
    try {
      while (this.isWanted && !this.isStopped) {
        this.isWanted = false;
        await this.layout.layOutAll();
        const room = { except: [...this.lanes], endpointsMax: LANES - this.lanes.size, eachMax: LANE_WIDTH };
        if (room.endpointsMax > 0) this.send(await this.queue.claim(room));
      }
    } catch (error) {
      // The database is away: the next tick looks again.
      this.logger.error(error);
    } finally {
      this.isLooking = false;
    }
  }

  private send(deliveries: readonly ClaimedDelivery[]): void {
    for (const endpointId of new Set(deliveries.map((delivery) => delivery.endpointId))) {
      const own = deliveries.filter((delivery) => delivery.endpointId === endpointId);
      this.follow(this.runLane(endpointId, own));
    }
  }

  private async runLane(endpointId: string, deliveries: readonly ClaimedDelivery[]): Promise<void> {
    this.lanes.add(endpointId);
    await Promise.all(deliveries.map((delivery) => this.attempt.make(delivery)));
    this.lanes.delete(endpointId);
    this.made += deliveries.length;
    this.poke();
  }

  private follow(work: Promise<void>): void {
    this.underWay.add(work);
    void work.then(() => this.underWay.delete(work));
  }
}
