import fc from 'fast-check';
import { AnswerReader, type RacedAnswer } from './answer-reader.js';

const HEAD = 'HTTP/1.1 409 Conflict\r\nContent-Type: application/problem+json\r\n';
const BODY = '{"code":"KEY_STATE_CONFLICT","detail":"größer"}';

const WITH_LENGTH = `${HEAD}Content-Length: ${Buffer.byteLength(BODY)}\r\n\r\n${BODY}`;
const CHUNKED = `${HEAD}Transfer-Encoding: chunked\r\n\r\n10\r\n${BODY.slice(0, 16)}\r\n${(Buffer.byteLength(BODY) - 16).toString(16)}\r\n${BODY.slice(16)}\r\n0\r\n\r\n`;

function read(bytes: Buffer, cuts: readonly number[]): (RacedAnswer | null)[] {
  const reader = new AnswerReader();
  const ends = [...new Set([...cuts.map((cut) => cut % bytes.length), bytes.length])].sort((a, b) => a - b);
  return ends.map((end, index) => reader.push(bytes.subarray(ends[index - 1] ?? 0, end)));
}

describe('the reader of raced answers', () => {
  it.each([
    ['a length', WITH_LENGTH],
    ['chunks', CHUNKED],
  ])('reads an answer with %s, however its bytes are cut, and only when it is whole', (_, text) => {
    fc.assert(
      fc.property(fc.array(fc.nat()), (cuts) => {
        const answers = read(Buffer.from(text), cuts);
        expect(answers.slice(0, -1).every((answer) => answer === null)).toBe(true);
        expect(answers.at(-1)).toMatchObject({ status: 409, body: JSON.parse(BODY) as object });
      }),
    );
  });

  it('reads an answer without a body', () => {
    const bytes = Buffer.from('HTTP/1.1 204 No Content\r\nX-Request-Id: a\r\n\r\n');
    expect(read(bytes, []).at(-1)).toEqual({ status: 204, headers: { 'x-request-id': 'a' }, body: {} });
  });
});
