import autocannon from 'autocannon';
import type { ClosedLoop, ClosedLoopResult } from './closed-loop.js';
import { countOf, textAt } from './records.js';
import { RECORD } from './request.js';

export async function playWithAutocannon(loop: ClosedLoop): Promise<ClosedLoopResult> {
  const { url, request, records, connections, seconds } = loop;
  const count = countOf(records);
  let sent = 0;
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    requests: [
      {
        method: request.method,
        path: request.path,
        setupRequest: (raw) => {
          const record = count === 0 ? '' : textAt(records, sent++ % count);
          const fill = (text: string) => text.replace(RECORD, () => record);
          const entries = Object.entries(request.headers ?? {}).map(([name, value]) => [name, fill(value)]);
          const headers = Object.fromEntries(entries) as Record<string, string>;
          if (request.body === undefined) return { ...raw, headers };
          return { ...raw, headers: { ...headers, 'content-type': 'application/json' }, body: fill(request.body) };
        },
      },
    ],
  });
  if (result.errors > 0) throw new Error(`${result.errors} connections or requests failed`);
  if (loop.once && sent > count) throw new Error('Too few keys for one each');
  const counted = Object.entries(result.statusCodeStats).map(([status, { count }]) => [Number(status), count] as const);
  return {
    requests: result.requests.total,
    seconds: result.duration,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    statuses: Object.fromEntries(counted),
    generatorLoad: null,
  };
}
