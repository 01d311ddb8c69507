import { type Witness } from './witness.js';

/** Everything that may be read, by an administrator or by anybody; each answer is kept by the witness. */
export async function readEverything(witness: Witness, token: string): Promise<void> {
  for (const path of OPEN) await witness.call('GET', path);
  for (const path of LISTS) {
    const { status, body } = await witness.call('GET', path, { token });
    if (status !== 200) throw new Error(`GET ${path} answered ${status}`);
    if (path.startsWith('/api/v1/webhooks?')) await readDeliveries(witness, token, body);
  }
}

async function readDeliveries(witness: Witness, token: string, page: Record<string, unknown>): Promise<void> {
  for (const { id } of page['items'] as { id: string }[])
    await witness.call('GET', `/api/v1/webhooks/${id}/deliveries?page_size=100`, { token });
}

const OPEN = ['/', '/docs', '/openapi.json', '/openapi.yaml', '/health', '/healthz', '/readyz', '/metrics'];
const LISTS = [
  '/api/v1/keys?page_size=100',
  '/api/v1/keys?page_size=100&page=2',
  '/api/v1/logs?limit=500',
  '/api/v1/logs/stats?days=1',
  '/api/v1/logs/export/csv',
  '/api/v1/logs/export/json',
  '/api/v1/auth/users?page_size=100',
  '/api/v1/auth/sessions',
  '/api/v1/jobs',
  '/api/v1/webhooks?page_size=100',
];
