import {
  entryLeaf,
  type NoteVerifier,
  openCheckpoint,
  parseNoteVerifier,
  verifyConsistency,
  verifyInclusion,
} from '#domain';
import type { LogConsistencyDto, LogProofDto, LogVerificationDto } from '../../../apps/api/src/audit/log-proofs.dto.js';
import { type Person, TestApp } from '../../support/test-app.js';

const app = TestApp.forTests();
let admin: Person;
beforeAll(async () => {
  admin = await app.person('admin');
  const { secret } = await app.key(admin);
  for (let use = 0; use < 3; use += 1) await app.call('GET', '/api/v1/protected/test', { key: secret });
  await app.ingest();
});

const get = <Body>(path: string) => app.call<Body>('GET', `/api/v1/logs${path}`, { as: admin.token });
const bytes = (text: string) => Buffer.from(text, 'base64');
const known = (key: string) => parseNoteVerifier(key) as NoteVerifier;

/** What the checkpoint says to somebody who has the key. */
function believed(note: string, key: string) {
  const opened = openCheckpoint(note, known(key));
  if (opened.kind !== 'verified') throw new Error(opened.kind);
  return opened.checkpoint;
}

describe('GET /logs/{id}/proof', () => {
  it.each(['api_key_used', 'api_key_created'])(
    'proves to whoever has the verifier key that %s was logged',
    async (action) => {
      const { body: page } = await get<{ items: { id: string }[] }>(`?action=${action}`);
      const { status, body } = await get<LogProofDto>(`/${page.items[0]?.id}/proof`);
      expect(status).toBe(200);
      const { size, root } = believed(body.checkpoint, body.verifier_key);
      const leaf = entryLeaf(body.open, bytes(body.commitment));
      expect(leaf.toString('base64')).toBe(body.leaf);
      expect(verifyInclusion(leaf, body.index, size, body.proof.map(bytes), root)).toBe(true);
      expect(body.open).toContain(page.items[0]?.id);
    },
  );

  it('shows nothing of a person', async () => {
    const { body: page } = await get<{ items: { id: string; ip_address: string }[] }>('?action=api_key_used');
    const { text } = await get(`/${page.items[0]?.id}/proof`);
    expect(text).not.toContain(page.items[0]?.ip_address);
  });

  it('answers 404 for what was never logged', async () => {
    expect((await get(`/${crypto.randomUUID()}/proof`)).status).toBe(404);
    expect((await get('/17/proof')).status).toBe(404);
  });
});

describe('GET /logs/checkpoint', () => {
  it('is a signed note of everything up to now, as plain text', async () => {
    const { body } = await get<LogVerificationDto>('/verify');
    const { text, headers } = await get('/checkpoint');
    expect(headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(believed(text, body.verifier_key).size).toBeGreaterThanOrEqual(body.size);
  });
});

describe('GET /logs/consistency', () => {
  it('proves that the log goes on from what it was', async () => {
    const { text: former } = await get('/checkpoint');
    await app.key(admin);
    const { text: later } = await get('/checkpoint');
    const { body: report } = await get<LogVerificationDto>('/verify');
    const [from, to] = [former, later].map((note) => believed(note, report.verifier_key));
    const { body } = await get<LogConsistencyDto>(`/consistency?from=${from?.size}&to=${to?.size}`);
    expect([body.from_root, body.to_root]).toEqual([from?.root.toString('base64'), to?.root.toString('base64')]);
    const proof = body.proof.map(bytes);
    expect(verifyConsistency(body.from, body.to, proof, bytes(body.from_root), bytes(body.to_root))).toBe(true);
  });

  it.each(['from=0', 'from=9&to=2', 'to=1000000', 'from=x'])('refuses ?%s', async (query) => {
    expect(await get(`/consistency?${query}`)).toMatchObject({ status: 422, body: { code: 'VALIDATION_FAILED' } });
  });
});

describe('GET /logs/verify', () => {
  it('finds nothing wrong with a log that nobody has touched', async () => {
    await get('/checkpoint');
    const { status, body } = await get<LogVerificationDto>('/verify');
    expect(status).toBe(200);
    expect(body).toMatchObject({ valid: true, signed_size: body.size, entries: body.size, faults: [] });
  });

  it('names the entry that is gone', async () => {
    const [row] = await app.dataSource
      .query<{ leaf: number }[]>(
        `DELETE FROM audit_log WHERE leaf = (SELECT min(leaf) FROM audit_log) RETURNING leaf::int AS leaf`,
      )
      .then(([rows]) => rows as unknown as { leaf: number }[]);
    const { body } = await get<LogVerificationDto>('/verify');
    expect(body).toMatchObject({ valid: false, faults: [{ kind: 'missing', leaf: row?.leaf, id: null }] });
  });
});
