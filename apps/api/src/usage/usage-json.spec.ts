import * as fc from 'fast-check';
import { usageEvent } from '../../../../test/support/usage.js';
import { usageJson } from './usage-json.js';

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

describe('an event in the spool', () => {
  it('has the names that the statement and the log know', () => {
    expect(JSON.parse(usageJson(ID, usageEvent()))).toEqual({
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
    });
  });

  it('is the JSON that JSON.stringify would write, but for what cannot be stored', () => {
    fc.assert(
      fc.property(anyEvent, (event) => {
        const { at, keyId, secretId, ownerId, outcome, latencyUs, requestId, ip, userAgent, method, endpoint } = event;
        const [ofKey, told] = [
          { key: keyId, secret: secretId, owner: ownerId },
          { ip, agent: userAgent, method, path: endpoint },
        ];
        const plainly = JSON.stringify(
          { id: ID, at, ...ofKey, outcome, us: latencyUs, request: requestId, ...told },
          (_, value: unknown) => (typeof value === 'string' ? value.replace(/[\0\p{Surrogate}]/gu, '\ufffd') : value),
        );
        expect(usageJson(ID, event)).toBe(plainly);
      }),
    );
  });

  it('says what was asked for, where that is new, beside the same as ever', () => {
    fc.assert(
      fc.property(anyEvent, fc.array(fc.constantFrom('read', 'a.b', '')), (event, asked) => {
        const silent = JSON.parse(usageJson(ID, event)) as object;
        expect(JSON.parse(usageJson(ID, { ...event, asked }))).toEqual({ ...silent, asked });
      }),
    );
  });

  it('has no line break, whatever the event holds', () => {
    fc.assert(fc.property(anyEvent, (event) => !usageJson(ID, event).includes('\n')));
  });

  it('replaces the two things PostgreSQL cannot store as text', () => {
    const json = usageJson(ID, usageEvent({ userAgent: 'a\0b', endpoint: '/c\ud800d' }));
    expect(JSON.parse(json)).toMatchObject({ agent: 'a\ufffdb', path: '/c\ufffdd' });
  });
});
