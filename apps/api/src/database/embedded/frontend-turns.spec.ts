import fc from 'fast-check';
import { type FrontendTurn, FrontendTurns } from './frontend-turns.js';

const message = (type: string, body: Buffer | string = '') => {
  const header = Buffer.alloc(5);
  header.write(type, 'latin1');
  header.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([header, Buffer.from(body)]);
};
const untyped = (code: number, body = '') => {
  const header = Buffer.alloc(8);
  header.writeInt32BE(body.length + 8, 0);
  header.writeInt32BE(code, 4);
  return Buffer.concat([header, Buffer.from(body)]);
};

const STARTUP = untyped(196_608, 'user\0postgres\0\0');
const SSL_REQUEST = untyped(80_877_103);
const QUERY = message('Q', 'SELECT 1\0');
const EXTENDED = Buffer.concat([message('P', '\0SELECT 1\0\0\0'), message('B', Buffer.alloc(8)), message('S')]);
const TERMINATE = message('X');

const messages = (bytes: Buffer): FrontendTurn => ({ kind: 'messages', bytes });

describe('FrontendTurns', () => {
  const CONVERSATION = Buffer.concat([SSL_REQUEST, STARTUP, QUERY, EXTENDED, QUERY, TERMINATE]);
  const TURNS = [
    { kind: 'encryption-request' },
    messages(STARTUP),
    messages(QUERY),
    messages(EXTENDED),
    messages(QUERY),
    { kind: 'terminate' },
  ];

  it('finds the same turns wherever the network cuts the stream', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(CONVERSATION.length)), (cuts) => {
        const turns = new FrontendTurns();
        const at = [0, ...cuts.sort((a, b) => a - b), CONVERSATION.length];
        const found = at.slice(1).flatMap((end, index) => turns.push(CONVERSATION.subarray(at[index], end)));
        expect(found).toEqual(TURNS);
      }),
    );
  });

  it('waits for the last byte of a message of several megabytes', () => {
    const turns = new FrontendTurns();
    turns.push(STARTUP);
    const large = message('Q', Buffer.alloc(5_000_000, 'x'));
    const head = Array.from({ length: 50 }, (_, index) => large.subarray(index * 100_000, (index + 1) * 100_000));
    expect(head.flatMap((chunk) => turns.push(chunk))).toEqual([]);
    const [turn] = turns.push(large.subarray(5_000_000));
    // Not toEqual, which takes ten seconds over five megabytes.
    expect(turn?.kind === 'messages' && turn.bytes.equals(large)).toBe(true);
  });

  it('lets a client copy before its statement reaches the server, and then hands over both', () => {
    const turns = new FrontendTurns();
    turns.push(STARTUP);
    const copy = message('Q', '  COPY marks (id, text)\n FROM STDIN\0');
    const rows = [message('d', '1\tone\n'), message('d', '2\ttwo\n'), message('c')];
    expect(turns.push(copy)).toEqual([{ kind: 'copy-begins' }]);
    expect(turns.push(Buffer.concat(rows))).toEqual([messages(Buffer.concat([copy, ...rows]))]);
  });

  it.each(['COPY marks TO STDOUT', "SELECT 'copy marks from stdin'", "COPY marks FROM '/tmp/x'"])(
    'does not take %p for a copy from the client',
    (sql) => {
      const turns = new FrontendTurns();
      turns.push(STARTUP);
      expect(turns.push(message('Q', `${sql}\0`))).toEqual([messages(message('Q', `${sql}\0`))]);
    },
  );

  it('ends a connection that only asks for the cancellation of another', () => {
    expect(new FrontendTurns().push(untyped(80_877_102, 'pid+secret'))).toEqual([{ kind: 'terminate' }]);
  });

  it('refuses what cannot be a message', () => {
    const turns = new FrontendTurns();
    turns.push(STARTUP);
    expect(() => turns.push(Buffer.from('GET / HTTP/1.1\r\n').fill(0, 1, 5))).toThrow('Not a PostgreSQL message');
  });
});
