import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiClient } from '../../support/api-client.js';
import { eventually } from '../../support/eventually.js';
import { ServerProcess } from '../../support/server-process.js';

let dataDir: string;
beforeAll(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'akm-e2e-'));
});
afterAll(() => {
  rmSync(dataDir, { recursive: true, force: true });
});

describe('a running server', () => {
  it('alerts within ten seconds of the request, with nobody to drive it', async () => {
    const server = await ServerProcess.start({ dataDir });
    try {
      const owner = await ApiClient.register(server.url, 'owner');
      const { id, api_key: key } = await owner.expect(201, 'POST', '/api/v1/keys', { name: 'revoked' });
      await owner.expect(204, 'DELETE', `/api/v1/keys/${String(id)}`);
      const use = await owner.call('GET', '/api/v1/protected/test', undefined, {
        authorization: `ApiKey ${String(key)}`,
      });
      expect(use.status).toBe(401);
      await eventually('the use of a revoked key is alerted', async () => {
        const { items } = await owner.expect(200, 'GET', '/api/v1/anomalies');
        return (items as { api_key_id: string }[]).some((anomaly) => anomaly.api_key_id === id);
      });
    } finally {
      await server.stop();
    }
  });
});
