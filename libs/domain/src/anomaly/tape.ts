/**
 * Either writes a state or reads it back. A state passes each of its members over the tape once, in one method, so what
 * is read is what was written, to the last bit: a state that has passed goes on as before. Numbers are in the byte order of
 * the machine; one of the other order finds an unknown version.
 */
export interface Tape {
  /** Of the format that is written or read: an older one has fewer members. */
  readonly version: number;
  /** Writes the number, or reads the one that was written. */
  number(value: number): number;
  /** Writes the numbers, or overwrites them with those that were written. */
  floats(values: Float32Array): void;
  /** Writes the whole numbers below 2^32, or reads those that were written, at most `most` of them. */
  words(values: Iterable<number>, most: number): number[];
}

/** A state that lives as long as it is written and read back in between. */
export interface Lasting {
  pass(tape: Tape): void;
}

/**
 * How a detector begins a state, and how it keeps one.
 * @param oldest the first version that can still be read: of what it does not have, a state keeps what it begins with.
 */
export function keeping<State extends Lasting>(version: number, init: (now: number) => State, oldest = version) {
  return {
    init,
    encode: (state: State) =>
      written(version, (tape) => {
        state.pass(tape);
      }),
    decode(bytes: Uint8Array): State | undefined {
      const state = init(0);
      const pass = (tape: Tape) => {
        state.pass(tape);
      };
      const isWhole = readBack(version, bytes, pass, oldest);
      return isWhole ? state : undefined;
    },
  };
}

/** The state as bytes, behind the version of its format: a number that is not the same backwards. */
export function written(version: number, pass: (tape: Tape) => void): Uint8Array {
  const tape = idle ?? new WritingTape();
  idle = undefined;
  tape.begin(version);
  pass(tape);
  idle = tape;
  return tape.bytes();
}

/** Used again for the next state: memory set aside for each of thousands, several times a second, has to be collected. */
let idle: WritingTape | undefined;

/** False if the bytes are of another version or not whole; whatever was read must then be thrown away. */
export function readBack(version: number, bytes: Uint8Array, pass: (tape: Tape) => void, oldest = version): boolean {
  const tape = new ReadingTape(bytes);
  if (!(tape.version >= oldest && tape.version <= version)) return false;
  pass(tape);
  return tape.isReadToTheEnd;
}

class WritingTape implements Tape {
  version = 0;
  private buffer = new Uint8Array(8_192);
  private view = new DataView(this.buffer.buffer);
  private length = 0;

  begin(version: number): void {
    this.length = 0;
    this.version = this.number(version);
  }

  number(value: number): number {
    const at = this.reserve(8);
    this.view.setFloat64(at, value, IS_LITTLE_ENDIAN);
    return value;
  }

  floats(values: Float32Array): void {
    const at = this.reserve(values.byteLength);
    this.buffer.set(bytesOf(values), at);
  }

  words(values: Iterable<number>, most: number): number[] {
    const list = Uint32Array.from(values);
    if (list.length > most) throw new RangeError(`At most ${most} words can be read back.`);
    this.number(list.length);
    const at = this.reserve(list.byteLength);
    this.buffer.set(bytesOf(list), at);
    return [...list];
  }

  bytes(): Uint8Array {
    return this.buffer.slice(0, this.length);
  }

  private reserve(size: number): number {
    const at = this.length;
    this.length += size;
    if (this.length > this.buffer.length) {
      const larger = new Uint8Array(2 * this.length);
      larger.set(this.buffer);
      this.buffer = larger;
      this.view = new DataView(larger.buffer);
    }
    return at;
  }
}

class ReadingTape implements Tape {
  readonly version: number;
  private readonly view: DataView;
  private at = 0;

  constructor(private readonly buffer: Uint8Array) {
    this.view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
    this.version = this.number();
  }

  get isReadToTheEnd(): boolean {
    return this.at === this.buffer.length;
  }

  /** NaN behind the end. */
  number(): number {
    const at = this.take(8);
    return at === undefined ? NaN : this.view.getFloat64(at, IS_LITTLE_ENDIAN);
  }

  floats(values: Float32Array): void {
    this.copyTo(values);
  }

  words(_: Iterable<number>, most: number): number[] {
    const count = this.number();
    const list = new Uint32Array(count >= 0 && count <= most ? count : 0);
    if (count !== list.length) this.at = Infinity;
    this.copyTo(list);
    return [...list];
  }

  private copyTo(values: Float32Array | Uint32Array): void {
    const at = this.take(values.byteLength);
    if (at !== undefined) bytesOf(values).set(this.buffer.subarray(at, at + values.byteLength));
  }

  /** Undefined, now and from now on: there is not that much left. */
  private take(size: number): number | undefined {
    const at = this.at;
    this.at += size;
    return this.at <= this.buffer.length ? at : undefined;
  }
}

const IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array | Uint32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
