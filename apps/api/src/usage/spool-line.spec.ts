import * as fc from 'fast-check';
import { usageEvent } from '../../../../test/support/usage.js';
import { decodeLines, encodeLine } from './spool-line.js';

const ID = '01930000-0000-7000-8000-00000000000e';
const text = () => fc.string({ unit: 'binary', maxLength: 40 });
const anyEvent = fc
  .record({
    keyId: fc.option(fc.uuid()),
    latencyUs: fc.nat(),
    requestId: text(),
    ip: fc.option(text()),
    userAgent: fc.option(text()),
    endpoint: text(),
  })
  .map(usageEvent);
const anyLines = fc.array(
  anyEvent.map((event) => encodeLine(ID, event)),
  { minLength: 1, maxLength: 5 },
);

const parse = (events: readonly Buffer[]) => events.map((event) => JSON.parse(event.toString()) as unknown);

describe('a line of the spool', () => {
  it('gives back the event it was made of', () => {
    expect(parse(decodeLines(Buffer.from(encodeLine(ID, usageEvent())), 10, true).events)).toEqual([
      {
        id: ID,
        at: Date.UTC(2026, 0, 1),
        key: '01930000-0000-7000-8000-00000000000a',
        secret: '01930000-0000-7000-8000-00000000000b',
        owner: '01930000-0000-7000-8000-00000000000c',
        outcome: 'VALID',
        us: 41,
        request: '01930000-0000-7000-8000-00000000000d',
        ip: '203.0.113.7',
        agent: 'curl/8.5.0',
        method: 'GET',
        path: '/protected/test',
      },
    ]);
  });

  it('is the JSON that JSON.stringify would write, but for what cannot be stored', () => {
    fc.assert(
      fc.property(anyEvent, (event) => {
        const { at, keyId, secretId, ownerId, outcome, latencyUs, requestId, ip, userAgent, method, endpoint } = event;
        const plainly = JSON.stringify(
          // In the order of the line.
          {
            id: ID,
            at,
            key: keyId,
            secret: secretId,
            owner: ownerId,
            outcome,
            us: latencyUs,
            request: requestId,
            ip,
            agent: userAgent,
            method,
            path: endpoint,
          },
          (_, value: unknown) => (typeof value === 'string' ? value.replace(/[\0\p{Surrogate}]/gu, '\ufffd') : value),
        );
        expect(encodeLine(ID, event).slice('01234567 '.length, -1)).toBe(plainly);
      }),
    );
  });

  it('is one line, whatever the event holds', () => {
    fc.assert(fc.property(anyEvent, (event) => /^[^\n]*\n$/.test(encodeLine(ID, event))));
  });

  it('replaces the two things PostgreSQL cannot store as text', () => {
    const line = encodeLine(ID, usageEvent({ userAgent: 'a\0b', endpoint: '/c\ud800d' }));
    expect(parse(decodeLines(Buffer.from(line), 1, true).events)).toMatchObject([
      { agent: 'a\ufffdb', path: '/c\ufffdd' },
    ]);
  });

  it('is skipped and counted when any one bit of it is wrong, and the lines around it are read', () => {
    fc.assert(
      fc.property(anyLines, fc.nat(), fc.integer({ min: 0, max: 7 }), (lines, at, bit) => {
        const bytes = Buffer.from(lines.join(''));
        const spoilt = at % bytes.length;
        bytes.writeUInt8(bytes.readUInt8(spoilt) ^ (1 << bit), spoilt);
        const { events, damaged } = decodeLines(bytes, 100, true);
        // A newline that appears or vanishes makes two lines of one, or one of two.
        expect(damaged).toBeGreaterThanOrEqual(1);
        expect(events.length).toBeGreaterThanOrEqual(lines.length - 2);
        expect(events.every((event) => lines.some((line) => line.endsWith(`${event.toString()}\n`)))).toBe(true);
      }),
    );
  });

  it('is torn when the file ends inside it, and unfinished when more may follow', () => {
    fc.assert(
      fc.property(anyLines, fc.nat(), (lines, at) => {
        const whole = Buffer.from(lines.join(''));
        const cut = whole.subarray(0, at % whole.length);
        const before = lines.filter((_, n) => Buffer.byteLength(lines.slice(0, n + 1).join('')) <= cut.length);
        const size = Buffer.byteLength(before.join(''));
        expect(decodeLines(cut, 100, false)).toMatchObject({ bytes: size, damaged: 0 });
        expect(decodeLines(cut, 100, true)).toMatchObject({ bytes: cut.length, damaged: cut.length > size ? 1 : 0 });
        expect(decodeLines(cut, 100, true).events).toHaveLength(before.length);
      }),
    );
  });

  it('is read in parts that join without gap or overlap', () => {
    const bytes = Buffer.from(Array.from({ length: 5 }, (_, n) => encodeLine(ID, usageEvent({ at: n }))).join(''));
    const first = decodeLines(bytes, 3, true);
    const second = decodeLines(bytes.subarray(first.bytes), 3, true);
    expect(parse([...first.events, ...second.events])).toMatchObject([0, 1, 2, 3, 4].map((at) => ({ at })));
  });
});
