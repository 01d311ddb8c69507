import type { DataSource } from 'typeorm';
import type { Role } from '../access/role.js';
import { ChangeFeed, type FeedStatus } from '../change-feed/change-feed.js';
import { OwnerRoles } from './owner-roles.js';

class FakeFeed extends ChangeFeed {
  trustedUntil = Infinity;
  readonly status: FeedStatus = { mode: 'embedded', ageMs: 0, lagMs: 0 };

  userChanged(id: string | null): void {
    this.tell({ kind: 'user', id });
  }
}

const OWNER = '0198f0c4-0000-7000-8000-00000000000a';

describe('OwnerRoles', () => {
  let feed: FakeFeed;
  let query: jest.Mock<Promise<{ role: Role }[]>, []>;
  let roles: OwnerRoles;

  beforeEach(() => {
    feed = new FakeFeed();
    query = jest.fn(() => Promise.resolve([{ role: 'developer' }]));
    roles = new OwnerRoles({ query } as unknown as DataSource, feed);
  });

  it('reads a role once', async () => {
    expect([await roles.find(OWNER), await roles.find(OWNER)]).toEqual(['developer', 'developer']);
    expect(query).toHaveBeenCalledTimes(1);
  });

  it.each([OWNER, null])('reads again once it was told of a change (%s)', async (id) => {
    await roles.find(OWNER);
    query.mockResolvedValue([{ role: 'readonly' }]);
    feed.userChanged(id);
    expect(await roles.find(OWNER)).toBe('readonly');
  });

  it('reads again when the person changed while they were read', async () => {
    query.mockImplementationOnce(() => {
      feed.userChanged(OWNER);
      return Promise.resolve([{ role: 'admin' }]);
    });
    expect([await roles.find(OWNER), await roles.find(OWNER)]).toEqual(['developer', 'developer']);
    expect(query).toHaveBeenCalledTimes(2);
  });

  it('reads every time while the feed cannot be trusted', async () => {
    await roles.find(OWNER);
    feed.trustedUntil = 0;
    query.mockResolvedValue([]);
    expect(await roles.find(OWNER)).toBeUndefined();
  });

  it('knows of nobody who is not active, and asks for them every time', async () => {
    query.mockResolvedValueOnce([]);
    expect(await roles.find(OWNER)).toBeUndefined();
    expect(await roles.find(OWNER)).toBe('developer');
  });
});
