import { Writable } from 'node:stream';
import * as fc from 'fast-check';
import pg from 'pg';
import { UncopiedClient } from './uncopied-client.js';

/** What a client of this kind sends when it is asked. */
function sent(kind: typeof pg.Client, values: readonly unknown[]): { bytes: Buffer; chunks: readonly Buffer[] } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(chunk);
      done();
    },
  });
  const client = new kind({ stream: () => stream as never });
  const { connection } = client as unknown as { connection: unknown };
  const query = new pg.Query('SELECT $1', [...values]) as unknown as { prepare(connection: unknown): void };
  query.prepare(connection);
  return { bytes: Buffer.concat(chunks), chunks };
}

const large = fc.integer({ min: 16_384, max: 20_000 }).map((size) => Buffer.alloc(size, 'large'));
const value = fc.oneof(
  fc.constant(null),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.integer(),
  fc.array(fc.integer(), { maxLength: 4 }),
  fc.constant(new Date(0)),
  fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
  large,
);

describe('a client with large parameters', () => {
  it('sends what pg would send, byte for byte', () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 6 }), (values) => {
        expect(sent(UncopiedClient, values).bytes.equals(sent(pg.Client, values).bytes)).toBe(true);
      }),
    );
  });

  it('copies no large parameter, and joins what lies between them', () => {
    const batch = Buffer.alloc(100_000);
    const { chunks } = sent(UncopiedClient, ['before', batch, 1, 2, 3, 'after']);
    expect(chunks).toContain(batch);
    // Parse, what is before the batch, the batch, what is behind it, Describe, Execute, Sync.
    expect(chunks).toHaveLength(7);
  });
});
