import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { DeliveryAttempt } from './delivery-attempt.js';
import { type ClaimedDelivery, DeliveryQueue } from './delivery-queue.js';
import { EventLayout } from './event-layout.js';

/** Messages at the same time to one endpoint. */
const LANE_WIDTH = 4;

/**
 * Endpoints that are talked to at the same time. Those whose last messages all failed have a few lanes of their own: they
 * may take a whole timeout each time, and however many they are, the others do not wait for them.
 */
const LANES = { sound: 32, failing: 8 };
type Kind = keyof typeof LANES;

/**
 * Brings what is due to its endpoints. Each endpoint has a lane of its own: one that is slow is waited for in its lane
 * and nowhere else, while new events go out in the others.
 */
@Injectable()
export class DeliveryPump implements BeforeApplicationShutdown {
  private readonly logger = new Logger('Webhooks');
  private readonly lanes = new Map<string, Kind>();
  private readonly failing = new Set<string>();
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
        await this.fill('sound');
        if (this.failing.size > 0) await this.fill('failing');
      }
    } catch (error) {
      // The database is away: the next tick looks again.
      this.logger.error(error);
    } finally {
      this.isLooking = false;
    }
  }

  private async fill(kind: Kind): Promise<void> {
    const busy = [...this.lanes.keys()];
    const failing = [...this.failing];
    const endpointsMax = LANES[kind] - [...this.lanes.values()].filter((each) => each === kind).length;
    if (endpointsMax === 0) return;
    const which = kind === 'failing' ? { except: busy, among: failing } : { except: [...busy, ...failing] };
    const deliveries = await this.queue.claim({ ...which, endpointsMax, eachMax: LANE_WIDTH });
    for (const endpointId of new Set(deliveries.map((delivery) => delivery.endpointId))) {
      const own = deliveries.filter((delivery) => delivery.endpointId === endpointId);
      this.lanes.set(endpointId, kind);
      this.follow(this.runLane(endpointId, own));
    }
  }

  private async runLane(endpointId: string, deliveries: readonly ClaimedDelivery[]): Promise<void> {
    const taken = await Promise.all(deliveries.map((delivery) => this.attempt.make(delivery)));
    if (taken.some(Boolean)) this.failing.delete(endpointId);
    else this.failing.add(endpointId);
    this.lanes.delete(endpointId);
    this.made += deliveries.length;
    this.poke();
  }

  private follow(work: Promise<void>): void {
    this.underWay.add(work);
    void work.then(() => this.underWay.delete(work));
  }
}
