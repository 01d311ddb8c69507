import { workThrough } from './job.js';

/** Items that stay due until they are settled, the poisonous ones for ever. */
function dueItems(count: number, isPoison: (id: number) => boolean) {
  const due = new Set(Array.from({ length: count }, (_, id) => id));
  const attempts = new Map<number, number>();
  const run = () =>
    workThrough<number>({
      read: (limit, except) => Promise.resolve([...due].filter((id) => !except.includes(String(id))).slice(0, limit)),
      idOf: String,
      nameOf: (id) => `item ${id}`,
      settle: (id) => {
        attempts.set(id, (attempts.get(id) ?? 0) + 1);
        if (isPoison(id)) return Promise.reject(new Error('bad row'));
        due.delete(id);
        return Promise.resolve(true);
      },
    });
  return { due, attempts, run };
}

describe('work that is due', () => {
  it('is all done in one run, however much there is', async () => {
    const { due, run } = dueItems(1234, () => false);
    expect(await run()).toEqual({ items: 1234, failures: [] });
    expect(due.size).toBe(0);
  });

  it('is not held back by any number of items that fail before it', async () => {
    const { due, attempts, run } = dueItems(1200, (id) => id < 1100);
    const { items, failures } = await run();
    expect([items, failures.length, failures[0]]).toEqual([100, 1100, 'item 0: bad row']);
    expect(due.size).toBe(1100);
    expect(Math.max(...attempts.values())).toBe(1);
  });

  it('is left to whoever was faster', async () => {
    let reads = 0;
    const result = await workThrough<number>({
      read: (limit, except) => {
        reads++;
        return Promise.resolve(Array.from({ length: limit }, (_, id) => id).filter((id) => !except.includes(`${id}`)));
      },
      idOf: String,
      nameOf: String,
      settle: () => Promise.resolve(false),
    });
    expect([result, reads]).toEqual([{ items: 0, failures: [] }, 2]);
  });
});
