const INSPECT = Symbol.for('nodejs.util.inspect.custom');
const REDACTED = '[redacted key]';

/**
 * The secret itself, between the moment it is made and the one answer that shows it. Printed, logged, concatenated or
 * serialised it is redacted: reading it takes the word `reveal`, which can be searched for.
 */
export class PlaintextKey {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [INSPECT](): string {
    return REDACTED;
  }
}
