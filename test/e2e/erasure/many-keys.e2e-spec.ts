import { TestApp } from '../../support/test-app.js';

const KEYS = 1_100;
const REVOKED_BEFORE = 100;

const app = TestApp.forTests();
const rows = <Row>(sql: string, params: unknown[] = []) => app.dataSource.query<Row[]>(sql, params);

it('revokes whatever keys somebody has at once, and tells of each that was not revoked before', async () => {
  const [admin, person] = [await app.person('admin'), await app.person('developer')];
  await rows(
    `INSERT INTO api_keys (id, owner_id, name, state, environment, prefix, permissions, allowed_services, allowed_ips,
       allowed_user_agents, tags, created_at, updated_at, revoked_at)
     SELECT gen_random_uuid(), $1, 'theirs', state, 'production', 'akm', '{}', '{}', '{}', '{}', '{}', now(), now(),
       CASE WHEN state = 'revoked' THEN now() END
     FROM generate_series(1, $2::integer) AS n,
       LATERAL (SELECT CASE WHEN n <= $3::integer THEN 'revoked' ELSE 'active' END AS state) AS made`,
    [person.id, KEYS, REVOKED_BEFORE],
  );
  const live = await rows<{ id: string }>(
    `SELECT id FROM api_keys WHERE owner_id = $1 AND state = 'active' ORDER BY id`,
    [person.id],
  );
  const { status } = await app.call('POST', `/api/v1/auth/users/${person.id}/erase`, { as: admin.token });
  expect(status).toBe(202);

  expect(await rows('SELECT DISTINCT state, name FROM api_keys WHERE owner_id = $1', [person.id])).toEqual([
    { state: 'revoked', name: 'erased' },
  ]);
  expect(live).toHaveLength(KEYS - REVOKED_BEFORE);
  const audited = `SELECT api_key_id AS id FROM audit_log WHERE action = 'api_key_revoked' ORDER BY 1`;
  const told = `SELECT subject_id AS id FROM outgoing_events WHERE type = 'key.revoked' ORDER BY 1`;
  expect(await rows(audited)).toEqual(live);
  expect(await rows(told)).toEqual(live);
});
