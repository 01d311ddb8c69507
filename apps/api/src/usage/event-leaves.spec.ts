import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { usageEvent } from '../../../../test/support/usage.js';
import { leafOf, SALT_BYTES, type UseEntry } from '#domain';
import { leavesOf } from './event-leaves.js';
import { decodeLines, encodeLines, roomFor } from './spool-line.js';
import { SpooledEvents } from './spooled-events.js';
import type { UsageEvent } from './usage-event.js';
import { usageJson } from './usage-json.js';

const ID = '01930000-0000-7000-8000-000000000001';
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom('","ip":"1"', '\\",\\"method\\":', ',"method":', '\0', '\ud800', '\\', '"'),
);
const event = fc.record({
  requestId: text,
  endpoint: text,
  method: text,
  ip: fc.option(text, { nil: null }),
  userAgent: fc.option(text, { nil: null }),
  keyId: fc.constantFrom(null, ID),
  latencyUs: fc.nat(),
  asked: fc.option(fc.subarray(['read', 'a.b', '']), { nil: null }),
});

/** What a row of the event reads like, once PostgreSQL has parsed its JSON. */
function rowOf(json: Buffer): UseEntry {
  const { key, secret, owner, us, request, agent, path, ...rest } = JSON.parse(json.toString()) as Record<
    string,
    never
  >;
  const told = { latencyUs: us, requestId: request, userAgent: agent, endpoint: path };
  return { kind: 'use', ...(rest as object), keyId: key, secretId: secret, ownerId: owner, ...told } as never;
}

async function spooled(...different: Partial<UsageEvent>[]): Promise<SpooledEvents> {
  const json = different.map((each) => usageJson(ID, usageEvent(each)));
  const bytes = Buffer.alloc(roomFor(json));
  return (await decodeLines(bytes.subarray(0, encodeLines(json, bytes)), json.length, true)).events;
}

const hex = (leaves: Buffer) => leaves.toString('hex');

describe('the leaves of events in the spool', () => {
  it('are the leaves of the rows that are stored of them, whatever stands in them', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 5 }), async (different) => {
        const events = await spooled(...different);
        const salts = randomBytes(SALT_BYTES * events.count);
        const stored = Array.from(events, (json, n) => {
          const salt = salts.subarray(n * SALT_BYTES, (n + 1) * SALT_BYTES);
          return leafOf({ entry: rowOf(json), salt, commitment: null }) ?? Buffer.alloc(0);
        });
        expect(hex(await leavesOf(events, salts))).toBe(hex(Buffer.concat(stored)));
      }),
    );
  });

  it('say nothing of what was asked for, so that whoever does not know of that computes the same', async () => {
    const salt = Buffer.alloc(SALT_BYTES, 7);
    const [silent, asking] = [await spooled({}), await spooled({ asked: ['read'] })];
    expect(asking.bytes.includes('"asked":["read"]')).toBe(true);
    expect(await leavesOf(asking, salt)).toEqual(await leavesOf(silent, salt));
  });

  it('are the same when the members of an event stand in another order, or it is larger than any other', async () => {
    const salt = Buffer.alloc(SALT_BYTES, 7);
    for (const userAgent of ['curl', 'x'.repeat(20_000)]) {
      const events = await spooled({ userAgent });
      const { ip, agent, ...rest } = JSON.parse(Array.from(events).join()) as Record<string, unknown>;
      const json = JSON.stringify({ agent, ...rest, ip });
      const other = new SpooledEvents(Buffer.from(json), [0, json.length]);
      expect(Array.from(other)).not.toEqual(Array.from(events));
      const [stored] = Array.from(events, (each) => leafOf({ entry: rowOf(each), salt, commitment: null }));
      expect(await leavesOf(other, salt)).toEqual(stored);
      expect(await leavesOf(events, salt)).toEqual(stored);
    }
  });
});
