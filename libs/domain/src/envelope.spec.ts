import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { envelopeKeyId, masterKeyOf, openEnvelope, type SealContext, sealEnvelope } from './envelope.js';

const FORMER = masterKeyOf('the key of last year, at least 32 bytes');
const CURRENT = masterKeyOf('the key of this year, at least 32 bytes');
const CONTEXT: SealContext = {
  purpose: 'secret_meta',
  place: { table: 'api_keys', column: 'secret_meta', rowId: '0198f0c4-7d5e-7a31-9d2f-1c2b3a4d5e6f' },
};
const PLAINTEXT = Buffer.from('{"iban":"GB33"}');

const sealed = () => sealEnvelope(CURRENT, CONTEXT, PLAINTEXT, randomBytes);
const bytes = fc.uint8Array({ maxLength: 300 });
const text = fc.string({ maxLength: 40, unit: 'binary' });
const context: fc.Arbitrary<SealContext> = fc.record({
  purpose: text,
  place: fc.record({ table: text, column: text, rowId: text }),
  clientKey: fc.option(text, { nil: undefined }),
});

describe('an envelope', () => {
  it('opens to what was sealed, in the place it was sealed for', () => {
    fc.assert(
      fc.property(context, bytes, (of, plaintext) => {
        const opened = openEnvelope([CURRENT], of, sealEnvelope(CURRENT, of, plaintext, randomBytes));
        expect(opened).toEqual({ kind: 'opened', plaintext: Buffer.from(plaintext) });
      }),
    );
  });

  it('opens nowhere else: not in another row, column or table, for another purpose or with another client key', () => {
    fc.assert(
      fc.property(context, context, bytes, (of, other, plaintext) => {
        fc.pre(JSON.stringify(of) !== JSON.stringify(other));
        const envelope = sealEnvelope(CURRENT, of, plaintext, randomBytes);
        expect(openEnvelope([CURRENT], other, envelope).kind).toBe('not_authentic');
      }),
    );
    const { purpose, place } = CONTEXT;
    const moved: SealContext[] = [
      { purpose, place: { ...place, rowId: '0198f0c4-7d5e-7a31-9d2f-1c2b3a4d5e70' } },
      { purpose, place: { ...place, column: 'meta' } },
      { purpose, place: { ...place, table: 'api_key_drafts' } },
      { purpose, place: { ...place, table: 'api_keyss', column: 'ecret_meta' } },
      { purpose: 'webhook_secret', place },
      { purpose, place, clientKey: '' },
    ];
    for (const elsewhere of moved) {
      expect(openEnvelope([CURRENT], elsewhere, sealed())).toEqual({ kind: 'not_authentic' });
    }
  });

  it('does not open with any one of its bits changed', () => {
    const envelope = sealed();
    for (let bit = 0; bit < envelope.length * 8; bit++) {
      const flipped = Buffer.from(envelope);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect([bit, openEnvelope([CURRENT, FORMER], CONTEXT, flipped).kind]).not.toContain('opened');
    }
  });

  it('does not open when cut or lengthened, and neither does anything that is no envelope', () => {
    const envelope = sealed();
    for (let length = 0; length < envelope.length; length++) {
      expect(openEnvelope([CURRENT], CONTEXT, envelope.subarray(0, length)).kind).toBe('not_authentic');
    }
    expect(openEnvelope([CURRENT], CONTEXT, Buffer.concat([envelope, Buffer.of(0)])).kind).toBe('not_authentic');
    fc.assert(fc.property(bytes, (any) => openEnvelope([CURRENT], CONTEXT, any).kind !== 'opened'));
  });

  it('opens with a former key, and is sealed anew with the current one', () => {
    const former = sealEnvelope(FORMER, CONTEXT, PLAINTEXT, randomBytes);
    expect(openEnvelope([CURRENT, FORMER], CONTEXT, former)).toEqual({ kind: 'opened', plaintext: PLAINTEXT });
    expect(envelopeKeyId(former)).toBe(FORMER.id);
    expect(envelopeKeyId(sealed())).toBe(CURRENT.id);
  });

  it('names the key that it wants when that is not there', () => {
    expect(openEnvelope([FORMER], CONTEXT, sealed())).toEqual({ kind: 'unknown_key', keyId: CURRENT.id });
  });

  it('looks different each time, and shows no part of what is inside', () => {
    expect(sealed()).not.toEqual(sealed());
    expect(sealed().includes('iban')).toBe(false);
  });

  it('keeps the format that is in the databases of today', () => {
    const fixed = (size: number) => Buffer.alloc(size, 7);
    expect(sealEnvelope(CURRENT, CONTEXT, PLAINTEXT, fixed).toString('hex')).toMatchInlineSnapshot(
      `"0136e797dbb854f59607070707070707070707070707070707070707070707070707070707d3c4ee9339a018e777012d76ac160ac396f0285cc61c75f056c6d2dddf2c82"`,
    );
  });
});

describe('a master key', () => {
  it('has an id that follows from its secret and differs from that of every other', () => {
    expect(masterKeyOf('the key of this year, at least 32 bytes').id).toBe(CURRENT.id);
    expect(CURRENT.id).toMatch(/^[0-9a-f]{16}$/);
    expect(CURRENT.id).not.toBe(FORMER.id);
  });

  it('does not show its secret when printed', () => {
    expect(inspect(CURRENT, { depth: null }) + JSON.stringify(CURRENT)).not.toContain('this year');
  });
});
