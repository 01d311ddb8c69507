import fc from 'fast-check';
import { usageEvent } from '../../../../test/support/usage.js';
import { leafOf, type UseEntry } from '#domain';
import { leafOfLine } from './leaf-of-line.js';
import { decodeLines, encodeLine } from './spool-line.js';
import type { UsageEvent } from './usage-event.js';

const ID = '01930000-0000-7000-8000-000000000001';
const SALT = Buffer.alloc(16, 7);
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
});

/** What a row of the event reads like, once PostgreSQL has parsed the JSON of the line. */
function rowOf(line: Buffer): UseEntry {
  const { key, secret, owner, us, request, agent, path, ...rest } = JSON.parse(line.toString()) as Record<
    string,
    never
  >;
  const told = { latencyUs: us, requestId: request, userAgent: agent, endpoint: path };
  return { kind: 'use', ...(rest as object), keyId: key, secretId: secret, ownerId: owner, ...told } as never;
}

function lineOf(different: Partial<UsageEvent>): Buffer {
  const [line = Buffer.alloc(0)] = decodeLines(Buffer.from(encodeLine(ID, usageEvent(different))), 1, true).events;
  return line;
}

describe('the leaf of a line in the spool', () => {
  it('is the leaf of the row that is stored of it, whatever stands in the line', () => {
    fc.assert(
      fc.property(event, (different) => {
        const line = lineOf(different);
        const stored = leafOf({ entry: rowOf(line), salt: SALT, commitment: null });
        expect(leafOfLine(line, SALT).toString('hex')).toBe(stored?.toString('hex'));
      }),
    );
  });

  it('is the same when the members of the line stand in another order', () => {
    const line = lineOf({});
    const { ip, agent, ...rest } = JSON.parse(line.toString()) as Record<string, unknown>;
    const other = Buffer.from(JSON.stringify({ agent, ...rest, ip }));
    expect(other.equals(line)).toBe(false);
    expect(leafOfLine(other, SALT)).toEqual(leafOfLine(line, SALT));
  });
});
