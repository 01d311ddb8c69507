import { OutgoingEvent } from '../../../apps/api/src/events/outgoing-event.entity.js';
import { EventOutbox } from '../../../apps/api/src/events/event-outbox.js';
import { type Person, TestApp } from '../../support/test-app.js';

const app = TestApp.forTests();
let owner: Person;
beforeAll(async () => {
  owner = await app.person();
});

const act = (method: string, path: string) =>
  app.call(method, `/api/v1/keys/${path}`, { as: owner.token, ...(method === 'POST' && { body: {} }) });
const eventsOf = (keyId: string) =>
  app.dataSource.manager.find(OutgoingEvent, { where: { subjectId: keyId }, order: { position: 'ASC' } });
const typesOf = async (keyId: string) => (await eventsOf(keyId)).map(({ type }) => type);

describe('the outbox', () => {
  it('holds what the outside is told of a key, in order', async () => {
    const { id } = await app.key(owner, { name: 'billing', external_id: 'customer-42' });
    await act('POST', `${id}/rotate`);
    await act('POST', `${id}/disable`);
    await act('POST', `${id}/enable`);
    await act('DELETE', id);
    expect(await typesOf(id)).toEqual(['key.created', 'key.rotated', 'key.disabled', 'key.revoked']);
    const events = await eventsOf(id);
    for (const event of events) {
      expect(event).toMatchObject({
        ownerId: owner.id,
        data: { api_key_id: id, owner_id: owner.id, name: 'billing', external_id: 'customer-42' },
      });
    }
    expect(events[0]?.data).toMatchObject({ permissions: ['read'], expires_at: expect.any(String) as string });
    expect(events[1]?.data).toMatchObject({ grace_period_ends_at: '2026-11-23T12:00:00.000Z' });
  });

  it('shows the prefix of the new secret after a rotation, and no secret at all', async () => {
    const { id, secret } = await app.key(owner);
    const { body } = await app.call<{ new_key: { api_key: string; key_prefix: string } }>(
      'POST',
      `/api/v1/keys/${id}/rotate`,
      { as: owner.token, body: {} },
    );
    const events = JSON.stringify(await eventsOf(id));
    expect((await eventsOf(id))[1]?.data).toMatchObject({ key_prefix: body.new_key.key_prefix });
    expect(events).not.toContain(secret.slice(-32));
    expect(events).not.toContain(body.new_key.api_key.slice(-32));
  });

  it('stays as it is when the change is refused', async () => {
    const { id } = await app.key(owner);
    await act('DELETE', id);
    expect((await act('POST', `${id}/disable`)).status).toBe(409);
    expect((await act('DELETE', id)).status).toBe(409);
    expect(await typesOf(id)).toEqual(['key.created', 'key.revoked']);
  });

  it('has one event for every change that won a race, and none for those that lost', async () => {
    const { id } = await app.key(owner);
    const answers = await Promise.all(Array.from({ length: 16 }, () => act('POST', `${id}/rotate`)));
    const won = answers.filter(({ status }) => status === 200).length;
    expect(await typesOf(id)).toEqual(['key.created', ...Array.from({ length: won }, () => 'key.rotated')]);
  });

  it('refuses an event outside a transaction', async () => {
    const { manager } = app.dataSource;
    const data = { user_id: null, ip_address: null, locked_until: new Date(0) };
    const emitted = app.nest.get(EventOutbox).emit(manager, { type: 'user.locked', ownerId: null, data });
    await expect(emitted).rejects.toThrow('in the transaction of its change');
  });
});
