import type { Writable } from 'node:stream';
import pg from 'pg';

/** What `pg` sends the parameters of a statement by. It has no public name; a test holds `pg` to it. */
interface Wire {
  readonly stream: Writable;
  bind(binding: Binding): void;
}

interface Binding {
  readonly portal?: string;
  readonly statement?: string;
  readonly binary?: boolean;
  readonly values?: readonly unknown[];
  /** To text, to bytes, or to NULL. */
  readonly valueMapper: (value: unknown, at: number) => string | Buffer | null | undefined;
}

/**
 * A connection that sends large parameters from where they lie. `pg` itself puts every message together in memory that
 * it makes larger piece by piece: for a batch of uses three times the batch, outside of the heap, which has all of that
 * searched for what is still in use every second. A parameter must stay as it is until the statement is answered.
 */
export class UncopiedClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    const wire = (this as unknown as { readonly connection: Wire }).connection;
    const bindCopied = wire.bind.bind(wire);
    wire.bind = (binding) => {
      if (binding.values?.some(isLarge)) sendBind(wire.stream, binding);
      else bindCopied(binding);
    };
  }
}

const LARGE_BYTES = 1 << 14;

function isLarge(value: unknown): boolean {
  return value instanceof Buffer && value.length >= LARGE_BYTES;
}

/** The message Bind of PostgreSQL's protocol: https://www.postgresql.org/docs/current/protocol-message-formats.html */
function sendBind(stream: Writable, { portal, statement, binary, values = [], valueMapper }: Binding): void {
  const mapped = values.map((value, at) => valueMapper(value, at) ?? null);
  const formats = mapped.map((value) => int16(value instanceof Buffer ? BINARY : TEXT));
  const body = [
    ...[portal, statement].map((name) => Buffer.from(`${name ?? ''}\0`)),
    ...[int16(mapped.length), ...formats],
    ...[int16(mapped.length), ...mapped.flatMap(parameter)],
    ...[int16(1), int16(binary ? BINARY : TEXT)],
  ];
  const size = body.reduce((sum, piece) => sum + piece.length, 0);
  if (!stream.writable) return;
  for (const piece of joined([Buffer.from('B'), int32(size + 4), ...body])) stream.write(piece);
}

const TEXT = 0;
const BINARY = 1;

function parameter(value: string | Buffer | null): Buffer[] {
  if (value === null) return [int32(-1)];
  const bytes = value instanceof Buffer ? value : Buffer.from(value);
  return [int32(bytes.length), bytes];
}

/** With what lies between large pieces in one. */
function joined(pieces: readonly Buffer[]): Buffer[] {
  const parts: Buffer[] = [];
  let small: Buffer[] = [];
  for (const piece of pieces) {
    if (isLarge(piece)) {
      parts.push(Buffer.concat(small), piece);
      small = [];
    } else small.push(piece);
  }
  return [...parts, Buffer.concat(small)];
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
