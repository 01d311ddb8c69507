import * as fc from 'fast-check';
import { usageEvent } from '../../../../test/support/usage.js';
import { decodeLines, encodeLines, roomFor } from './spool-line.js';
import type { SpooledEvents } from './spooled-events.js';
import { usageJson } from './usage-json.js';

const ID = '01930000-0000-7000-8000-00000000000e';
const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.constantFrom('},{', '},{"id":', '"},{"id":"'));
const anyEvent = fc
  .record({ keyId: fc.option(fc.uuid()), ip: fc.option(text), userAgent: fc.option(text), endpoint: text })
  .map((different) => usageJson(ID, usageEvent(different)));
const anyTurns = fc.array(fc.array(anyEvent, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 5 });

/** One line a turn. */
function linesOf(turns: readonly (readonly string[])[]): Buffer[] {
  return turns.map((events) => {
    const target = Buffer.alloc(roomFor(events));
    return target.subarray(0, encodeLines(events, target));
  });
}

const decoded = (bytes: Buffer, countMax = 100, isLast = true, from = 0) =>
  decodeLines(Buffer.from(bytes), countMax, isLast, from);
const texts = (events: SpooledEvents) => Array.from(events, (event) => event.toString());

describe('lines of the spool', () => {
  it('give back the events they were made of', async () => {
    await fc.assert(
      fc.asyncProperty(anyTurns, async (turns) => {
        const { events, bytes, damaged } = await decoded(Buffer.concat(linesOf(turns)));
        expect(texts(events)).toEqual(turns.flat());
        expect([bytes, damaged]).toEqual([Buffer.concat(linesOf(turns)).length, 0]);
      }),
    );
  });

  it('are skipped and counted when any one bit is wrong, and the lines around are read', async () => {
    await fc.assert(
      fc.asyncProperty(anyTurns, fc.nat(), fc.integer({ min: 0, max: 7 }), async (turns, at, bit) => {
        const bytes = Buffer.concat(linesOf(turns));
        const spoilt = at % bytes.length;
        bytes.writeUInt8(bytes.readUInt8(spoilt) ^ (1 << bit), spoilt);
        const { events, damaged } = await decoded(bytes);
        // A newline that appears or vanishes makes two lines of one, or one of two.
        expect(damaged).toBeGreaterThanOrEqual(1);
        const sizes = turns.map((turn) => turn.length).sort((a, b) => b - a);
        const lost = (sizes[0] ?? 0) + (sizes[1] ?? 0);
        expect(events.count).toBeGreaterThanOrEqual(turns.flat().length - lost);
        expect(texts(events).every((event) => turns.flat().includes(event))).toBe(true);
      }),
    );
  });

  it('are searched a few times each, however many there are', async () => {
    const json = usageJson(ID, usageEvent({}));
    const bytes = Buffer.concat(linesOf(Array.from({ length: 1_000 }, () => [json])));
    const search = jest.spyOn(Buffer.prototype, 'indexOf');
    try {
      expect((await decodeLines(bytes, 1_000, true)).events.count).toBe(1_000);
      const searched = search.mock.calls.map(([, from], n) => {
        const found = search.mock.results[n]?.value as number;
        return (found === -1 ? (search.mock.contexts[n] as Buffer).length : found) - Number(from);
      });
      expect(searched.reduce((sum, each) => sum + each, 0)).toBeLessThan(3 * bytes.length);
    } finally {
      search.mockRestore();
    }
  });

  it('are torn when the file ends inside of them, and unfinished when more may follow', async () => {
    await fc.assert(
      fc.asyncProperty(anyTurns, fc.nat(), async (turns, at) => {
        const lines = linesOf(turns);
        const whole = Buffer.concat(lines);
        const cut = whole.subarray(0, at % whole.length);
        const before = lines.filter((_, n) => Buffer.concat(lines.slice(0, n + 1)).length <= cut.length);
        const size = Buffer.concat(before).length;
        expect(await decoded(cut, 100, false)).toMatchObject({ bytes: size, damaged: 0 });
        expect(await decoded(cut, 100, true)).toMatchObject({ bytes: cut.length, damaged: cut.length > size ? 1 : 0 });
        expect(texts((await decoded(cut)).events)).toEqual(turns.slice(0, before.length).flat());
      }),
    );
  });

  it('are read in parts that join without gap or overlap, within a line where it has more events than are wanted', async () => {
    await fc.assert(
      fc.asyncProperty(anyTurns, fc.integer({ min: 1, max: 6 }), async (turns, countMax) => {
        const lines = linesOf(turns);
        const events: string[] = [];
        for (const line of lines) {
          for (let from = 0; from < line.length;) {
            const part = await decoded(line, countMax, true, from);
            expect(part.events.count).toBeLessThanOrEqual(countMax);
            events.push(...texts(part.events));
            from = part.bytes;
          }
        }
        expect(events).toEqual(turns.flat());
        const first = await decoded(Buffer.concat(lines), countMax);
        expect(texts(first.events)).toEqual(turns.flat().slice(0, first.events.count));
        expect(first.events.count).toBeGreaterThan(0);
      }),
    );
  });

  it('of an event each, as they were once written, are read like all others', async () => {
    const [one, other] = [usageJson(ID, usageEvent({ at: 1 })), usageJson(ID, usageEvent({ at: 2 }))];
    expect(texts((await decoded(Buffer.concat(linesOf([[one], [other]])))).events)).toEqual([one, other]);
  });
});
