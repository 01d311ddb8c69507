import { appendFileSync, readFileSync, truncateSync } from 'node:fs';
import fs from 'node:fs';
import * as fc from 'fast-check';
import { temporaryFolder } from '../../../../test/support/temporary-folder.js';
import { usageEvent } from '../../../../test/support/usage.js';
import { Spool, type SpoolLimits } from './spool.js';
import type { SpoolFolder } from './spool-folder.js';
import { LINE_BYTES_MAX } from './spool-line.js';

const root = temporaryFolder();
const ROOMY = { bytesMax: 10_000_000 };
const create = (limits: SpoolLimits = ROOMY) =>
  Spool.create(root(), limits, (error) => {
    throw error;
  });

/** Everything in a spool, read `countMax` events at a time. */
async function readAll(folder: SpoolFolder, end: number, countMax = 1000) {
  const events: string[] = [];
  let damaged = 0;
  for (let position = 0; ;) {
    const batch = await folder.read(position, end, countMax);
    if (batch.next === position) return { events, damaged, position };
    events.push(...Array.from(batch.events, (event) => event.toString()));
    damaged += batch.damaged;
    position = batch.next;
  }
}

describe('the spool', () => {
  it('gives back what was written, however it was cut into writes, segments and reads', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 12 }),
        fc.integer({ min: 1, max: 3000 }),
        fc.integer({ min: 1, max: 7 }),
        async (turns, segmentBytes, countMax) => {
          const spool = await create({ ...ROOMY, segmentBytes });
          const written = turns.map((count) => Array.from({ length: count }, () => spool.encode(usageEvent())));
          for (const turn of written) expect(spool.append(turn)).toBeNull();
          const { events, damaged } = await readAll(spool.folder, spool.end, countMax);
          expect(events).toEqual(written.flat());
          expect(damaged).toBe(0);
          spool.close();
        },
      ),
      { numRuns: 50 },
    );
  });

  it('keeps no file of what is stored once it has turned, and loses nothing that is not', async () => {
    const spool = await create();
    spool.append([spool.encode(usageEvent({ at: 1 }))]);
    await spool.forget(spool.end);
    expect(await spool.folder.starts()).toEqual([0]);
    await spool.turn();
    await spool.turn();
    expect(await spool.folder.starts()).toEqual([spool.end]);
    spool.append([spool.encode(usageEvent({ at: 2 }))]);
    await spool.turn();
    spool.append([spool.encode(usageEvent({ at: 3 }))]);
    const batch = async (from: number) => spool.folder.read(from, spool.end, 1);
    const [start = 0, next = 0] = await spool.folder.starts();
    for (const [from, at] of [
      [start, 2],
      [next, 3],
    ] as const)
      expect(Array.from((await batch(from)).events, String)).toEqual([expect.stringContaining(`"at":${at}`)]);
    await spool.forget(spool.end);
    expect(await spool.folder.starts()).toEqual([next]);
    await spool.sync();
    spool.close();
  });

  it('reads a spool whose last write was cut off up to the last whole line', async () => {
    const spool = await create();
    spool.append([spool.encode(usageEvent({ at: 1 }))]);
    spool.append([spool.encode(usageEvent({ at: 2 }))]);
    spool.close();
    truncateSync(spool.folder.segment(0), spool.end - 5);
    const { events, damaged } = await readAll(spool.folder, await spool.folder.end());
    expect(events).toEqual([expect.stringContaining('"at":1')]);
    expect(damaged).toBe(1);
  });

  it('goes on behind a segment of which the disk lost the end', async () => {
    const spool = await create({ ...ROOMY, segmentBytes: 1 });
    for (const at of [1, 2, 3]) spool.append([spool.encode(usageEvent({ at }))]);
    truncateSync(spool.folder.segment(0), 0);
    const { events, damaged } = await readAll(spool.folder, spool.end);
    expect(events).toEqual([expect.stringContaining('"at":2'), expect.stringContaining('"at":3')]);
    expect(damaged).toBe(1);
    spool.close();
  });

  it('keeps a turn of any size, and every line of it so short that reading can go on within it', async () => {
    const spool = await create();
    const events = Array.from({ length: 3000 }, (_, at) =>
      spool.encode(usageEvent({ at, userAgent: '\u20ac'.repeat(512) })),
    );
    expect(spool.append(events)).toBeNull();
    expect((await readAll(spool.folder, spool.end, 7)).events).toEqual(events);
    const lines = readFileSync(spool.folder.segment(0)).toString().split('\n');
    expect(Math.max(...lines.map((line) => Buffer.byteLength(line)))).toBeLessThan(LINE_BYTES_MAX);
    spool.close();
  });

  it('goes on within a line, wherever the reading before has ended', async () => {
    const spool = await create();
    const events = Array.from({ length: 5 }, (_, at) => spool.encode(usageEvent({ at, userAgent: '},{"id":' })));
    for (const turn of [events.slice(0, 1), events.slice(1)]) spool.append(turn);
    for (const countMax of [1, 2, 3]) expect((await readAll(spool.folder, spool.end, countMax)).events).toEqual(events);
    spool.close();
  });

  it('gets past bytes that hold no line at all', async () => {
    const spool = await create();
    spool.append([spool.encode(usageEvent({ at: 1 }))]);
    spool.close();
    appendFileSync(spool.folder.segment(0), Buffer.alloc(3_000_000));
    const { events, position } = await readAll(spool.folder, await spool.folder.end());
    expect(events).toHaveLength(1);
    expect(position).toBe(await spool.folder.end());
  });

  it('takes nothing more once it is full, and takes more once some of it is stored', async () => {
    const spool = await create({ bytesMax: 1000, segmentBytes: 1 });
    const event = [spool.encode(usageEvent())];
    while (spool.append(event) === null);
    expect(spool.append(event)).toBe('full');
    expect(spool.pendingBytes).toBeLessThanOrEqual(1000);
    await spool.forget(spool.end);
    expect(spool.append(event)).toBeNull();
    spool.close();
  });

  it('counts what earlier processes left towards its limit', async () => {
    const spool = await create({ bytesMax: 1000 });
    spool.inheritedBytes = 1000;
    expect(spool.append([spool.encode(usageEvent())])).toBe('full');
    spool.close();
  });

  it('leaves no part of a write that failed half-way', async () => {
    const spool = await create();
    const write = jest.spyOn(fs, 'writeSync');
    write.mockImplementationOnce((file) => {
      write.mockRestore();
      fs.writeSync(file, '0badbeef {"at":1');
      throw new Error('ENOSPC');
    });
    expect(spool.append([spool.encode(usageEvent({ at: 1 }))])).toBe('write_failed');
    expect(spool.append([spool.encode(usageEvent({ at: 2 }))])).toBeNull();
    const { events, damaged } = await readAll(spool.folder, spool.end);
    expect(events).toEqual([expect.stringContaining('"at":2')]);
    expect(damaged).toBe(0);
    spool.close();
  });

  it('deletes segments that are stored, and only those', async () => {
    const spool = await create({ ...ROOMY, segmentBytes: 1 });
    for (const at of [1, 2, 3]) spool.append([spool.encode(usageEvent({ at }))]);
    const [, second = 0] = await spool.folder.starts();
    await spool.forget(second + 1);
    expect((await readAll(spool.folder, spool.end)).events).toHaveLength(2);
    spool.close();
  });

  it('tries every full segment again that could not be synced, and none that was', async () => {
    const spool = await create({ ...ROOMY, segmentBytes: 1 });
    for (const at of [1, 2, 3]) spool.append([spool.encode(usageEvent({ at }))]);
    const [first = 0, second = 0, third = 0] = await spool.folder.starts();
    const sync = jest.spyOn(spool.folder, 'sync');
    sync.mockResolvedValueOnce().mockRejectedValueOnce(new Error('EIO'));
    await expect(spool.sync()).rejects.toThrow('EIO');
    await spool.sync();
    await spool.sync();
    expect(sync.mock.calls.flat()).toEqual([first, second, second, third, third]);
    spool.close();
  });

  it('gives every process a spool of its own', async () => {
    const [one, other] = [await create(), await create()];
    expect(one.folder.path).not.toBe(other.folder.path);
    one.close();
    other.close();
  });
});
