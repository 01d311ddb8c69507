import type { FastifyReply, FastifyRequest } from 'fastify';
import { DurationHistogram } from '../metrics/duration-histogram.js';
import type { Metric, Sample } from '../metrics/metric.js';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const STATUS_MIN = 100;
const STATUS_MAX = 599;
/** Told from the start, as 0: an alert on a rate misses the first of what appears with it. */
const EXPECTED_STATUSES = new Set([500, 503]);

/** The answers of one class of routes. */
export class RouteTally {
  readonly durations = new DurationHistogram();
  private readonly byMethod = new Map<string, Float64Array>(METHODS.map((method) => [method, byStatus()]));
  /** Whatever else Node reads: a gateway may pass on methods that nobody counts on. */
  private readonly otherwise = byStatus();
  private readonly expected = new Set<string>();

  /** A route of the class answers this method. */
  expect(method: string): void {
    this.expected.add(METHODS.includes(method) ? method : 'other');
  }

  count(method: string, status: number): void {
    const counts = this.byMethod.get(method) ?? this.otherwise;
    counts[status - STATUS_MIN] = (counts[status - STATUS_MIN] ?? 0) + 1;
  }

  samples(route: string): readonly Sample[] {
    return [...this.byMethod, ['other', this.otherwise] as const].flatMap(([method, counts]) =>
      [...counts.entries()]
        .map(([at, value]) => ({ status: at + STATUS_MIN, value }))
        .filter(({ status, value }) => value > 0 || (this.expected.has(method) && EXPECTED_STATUSES.has(status)))
        .map(({ status, value }) => ({ labels: { route, method, status: String(status) }, value })),
    );
  }
}

/** Every request that was answered, by what kind of route it was for: of an API it is the first word of the path. */
export class RequestCounts {
  private readonly tallies = new Map<string, RouteTally>();
  private readonly classes = new Map<string, string>();

  readonly metrics: readonly Metric[] = [
    {
      name: 'akm_http_requests_total',
      help: 'Requests that were answered',
      type: 'counter',
      read: () => [...this.tallies].flatMap(([route, tally]) => tally.samples(route)),
    },
    {
      name: 'akm_http_request_duration_seconds',
      help: 'From the head of a request to the end of its answer; of verify and gateway see akm_verification_duration_seconds',
      type: 'histogram',
      read: () =>
        [...this.tallies]
          .filter(([route]) => !VERIFICATIONS.has(route))
          .flatMap(([route, { durations }]) => durations.samples({ route })),
    },
  ];

  /** A route was added: it will be counted. */
  expect(methods: string | readonly string[], path: string): void {
    for (const method of [methods].flat()) this.of(path).expect(method);
  }

  /** @param path as the router knows it, with the names of its parameters and not with their values. */
  of(path: string): RouteTally {
    return this.named(classOf(path));
  }

  count(request: FastifyRequest, reply: FastifyReply): void {
    const tally = this.named(this.classOfRequest(request));
    tally.count(request.method, reply.raw.statusCode);
    tally.durations.observe(Math.round(reply.elapsedTime * 1000));
  }

  private classOfRequest({ is404, routeOptions: { url } }: FastifyRequest): string {
    if (is404 || url === undefined) return 'none';
    let found = this.classes.get(url);
    if (found === undefined) {
      found = classOf(url);
      this.classes.set(url, found);
    }
    return found;
  }

  private named(route: string): RouteTally {
    let tally = this.tallies.get(route);
    if (tally === undefined) {
      tally = new RouteTally();
      this.tallies.set(route, tally);
    }
    return tally;
  }
}

const VERIFICATIONS = new Set(['verify', 'gateway']);

function classOf(path: string): string {
  return /^\/api\/v1\/([a-z]+)/.exec(path)?.[1] ?? 'page';
}

function byStatus(): Float64Array {
  return new Float64Array(STATUS_MAX - STATUS_MIN + 1);
}
