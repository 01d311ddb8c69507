/**
 * Headers as they stand in the head of an answer: `name: value`, each with its line break. Text, because an answer is
 * written faster in one piece than by way of an object that is taken apart again.
 */
export type HeaderLines = string;

/** @throws TypeError for a header that could end its line, or that is not written with one byte a character. */
export function linesOf(headers: Readonly<Record<string, string>>): HeaderLines {
  let lines = '';
  for (const [name, value] of Object.entries(headers)) {
    if (!TOKEN.test(name) || !FIELD_VALUE.test(value)) throw new TypeError(`The header ${name} cannot be sent`);
    lines += `${name}: ${value}\r\n`;
  }
  return lines;
}

/** For whoever takes headers one by one. */
export function headersOf(lines: HeaderLines): Record<string, string> {
  const pairs = lines.split('\r\n').slice(0, -1);
  return Object.fromEntries(
    pairs.map((line) => {
      const colon = line.indexOf(': ');
      return [line.slice(0, colon), line.slice(colon + 2)];
    }),
  );
}

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
