import { type ProblemCode } from '#problems';

export const JSON_DEPTH_MAX = 32;
export const JSON_MEMBERS_MAX = 1_000;

/**
 * Names what is wrong with a text that JSON.parse has accepted, or gives undefined: nesting deeper than 32, more than
 * 1,000 members or items in one place, a member name given twice or able to reach a prototype, NUL or half a surrogate
 * pair in a string, a number that JavaScript cannot hold. One pass over the text, and linear in it.
 *
 * The text and not the parsed value is inspected, because duplicates and lost digits are visible only there.
 */
export function inspectJson(text: string): ProblemCode | undefined {
  return new Inspection(text).run();
}

const [QUOTE, COMMA, MINUS, ZERO, NINE, BACKSLASH, OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE] = [
  0x22, 0x2c, 0x2d, 0x30, 0x39, 0x5c, 0x5b, 0x5d, 0x7b, 0x7d,
];

class Inspection {
  private at = 0;
  private readonly open: Level[] = [];

  constructor(private readonly text: string) {}

  run(): ProblemCode | undefined {
    let fault: ProblemCode | undefined;
    while (fault === undefined && this.at < this.text.length) fault = this.step(this.text.charCodeAt(this.at));
    return fault;
  }

  /** Reads one token, which begins with `unit`, and stops behind it. */
  private step(unit: number): ProblemCode | undefined {
    if (unit === QUOTE) return this.string();
    if (unit === MINUS || (unit >= ZERO && unit <= NINE)) return this.number();
    this.at++;
    if (unit === OPEN_BRACE || unit === OPEN_BRACKET) return this.descend(new Level(unit === OPEN_BRACE));
    if (unit === CLOSE_BRACE || unit === CLOSE_BRACKET) this.open.pop();
    if (unit === COMMA) return this.open.at(-1)?.next();
    return undefined;
  }

  private descend(level: Level): ProblemCode | undefined {
    return this.open.push(level) > JSON_DEPTH_MAX ? 'TOO_DEEP' : undefined;
  }

  private string(): ProblemCode | undefined {
    const start = this.at++;
    let isEscaped = false;
    for (let unit = this.text.charCodeAt(this.at); unit !== QUOTE; unit = this.text.charCodeAt(this.at)) {
      isEscaped ||= unit === BACKSLASH;
      this.at += unit === BACKSLASH ? 2 : 1;
    }
    this.at++;
    const level = this.open.at(-1);
    // Only an escape can bring in bad text: the parser refuses a bare NUL, and valid UTF-8 has no surrogates.
    if (!isEscaped) return level?.expectsName ? level.name(this.text.slice(start + 1, this.at - 1)) : undefined;
    const string = JSON.parse(this.text.slice(start, this.at)) as string;
    if (UNKEEPABLE.test(string)) return 'INVALID_TEXT';
    return level?.expectsName ? level.name(string) : undefined;
  }

  private number(): ProblemCode | undefined {
    const start = this.at;
    do this.at++;
    while (IN_NUMBER.has(this.text.charCodeAt(this.at)));
    return survives(this.text.slice(start, this.at)) ? undefined : 'UNSAFE_NUMBER';
  }
}

/** An object or array whose end has not been reached yet. */
class Level {
  expectsName: boolean;
  private members = 1;
  /** A list while it is short, because most objects are, and a set costs more than it saves then. */
  private readonly few: string[] = [];
  private many: Set<string> | undefined;

  constructor(private readonly isObject: boolean) {
    this.expectsName = isObject;
  }

  /** Goes on to the next member or item. */
  next(): ProblemCode | undefined {
    this.expectsName = this.isObject;
    return ++this.members > JSON_MEMBERS_MAX ? 'TOO_MANY_MEMBERS' : undefined;
  }

  name(name: string): ProblemCode | undefined {
    this.expectsName = false;
    if (UNSAFE_NAMES.has(name)) return 'UNSAFE_MEMBER';
    if (this.many?.has(name) ?? this.few.includes(name)) return 'DUPLICATE_MEMBER';
    if (this.many === undefined && this.few.push(name) > FEW) this.many = new Set(this.few);
    this.many?.add(name);
    return undefined;
  }
}

const FEW = 12;

/** Names that a careless merge of objects could take for the way to the prototype of all objects. */
const UNSAFE_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

const UNKEEPABLE = /[\0\p{Surrogate}]/u;
const IN_NUMBER: ReadonlySet<number> = new Set(Buffer.from('0123456789+-.eE'));

/**
 * An integer must come back as the same integer, which beyond 2^53 only some do; a fraction may lose digits, but neither
 * its size nor the fact that it is not zero.
 */
function survives(number: string): boolean {
  const value = Number(number);
  if (Number.isSafeInteger(value)) return value !== 0 || !/^[^eE]*[1-9]/.test(number);
  if (!Number.isFinite(value)) return false;
  if (!Number.isInteger(value) || /[.eE]/.test(number)) return true;
  return String(value) === number || BigInt(value) === BigInt(number);
}
