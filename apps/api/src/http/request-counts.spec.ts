import { RequestCounts } from './request-counts.js';

const told = async (counts: RequestCounts) =>
  (await counts.metrics.find(({ name }) => name === 'akm_http_requests_total')?.read())?.map(({ labels, value }) => [
    labels?.['route'],
    labels?.['method'],
    labels?.['status'],
    value,
  ]);

describe('the counts of requests', () => {
  it('have the failures of every route from the start, so that the first one is a step', async () => {
    const counts = new RequestCounts();
    counts.expect(['GET', 'BREW', 'PROPFIND'], '/api/v1/keys/:id');
    counts.expect('GET', '/api/v1/keys');
    expect(await told(counts)).toEqual([
      ['keys', 'GET', '500', 0],
      ['keys', 'GET', '503', 0],
      ['keys', 'other', '500', 0],
      ['keys', 'other', '503', 0],
    ]);
    counts.of('/api/v1/keys').count('GET', 503);
    counts.of('/api/v1/keys').count('PUT', 200);
    expect(await told(counts)).toEqual([
      ['keys', 'GET', '500', 0],
      ['keys', 'GET', '503', 1],
      ['keys', 'PUT', '200', 1],
      ['keys', 'other', '500', 0],
      ['keys', 'other', '503', 0],
    ]);
  });
});
