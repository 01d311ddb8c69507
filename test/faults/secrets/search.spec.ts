import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { FORM_COUNT, formsOf } from './forms.js';
import { Search } from './search.js';

const text = 'akm_live_Zm9vYmFyQmF6/quux+0123456789abcdef ghijkl';
const secret = { kind: 'key', bytes: Buffer.from(text) };
const search = new Search([secret, { kind: 'other', bytes: randomBytes(40) }]);

const around = (written: string) => Buffer.from(`${randomBytes(999).toString('base64')}${written}${'tail'.repeat(9)}`);

const WRITTEN: [string, string][] = [
  ['plain', text],
  ['in hex', Buffer.from(text).toString('hex')],
  ['in capital hex', Buffer.from(text).toString('hex').toUpperCase()],
  ['in a bytea of a dump', `\\x${Buffer.from(`before ${text} after`).toString('hex')}`],
  ['in a URL', `?key=${encodeURIComponent(text)}`],
  ['in base64', Buffer.from(text).toString('base64')],
  ['in base64 behind one byte', Buffer.from(`:${text}:`).toString('base64')],
  ['in base64 behind a user name', Buffer.from(`ada:${text}`).toString('base64')],
  ['in base64 behind two bytes', Buffer.from(`a:${text} and more`).toString('base64')],
  ['in the base64 of URLs', Buffer.from(`a:${text}`).toString('base64url')],
  ['cut off after two thirds', text.slice(0, 36)],
  ['without its beginning', text.slice(18)],
];

describe('the search for planted secrets', () => {
  it.each(WRITTEN)('finds one that is written %s', (_, written) => {
    expect(search.in(around(written)).map((finding) => finding.secret)).toContain(secret);
  });

  it('finds one at the very end and at the very beginning', () => {
    expect(search.in(Buffer.from(`x${text}`))).not.toEqual([]);
    expect(search.in(Buffer.from(text))).not.toEqual([]);
  });

  it('finds nothing where there is nothing, digests and packed text included', () => {
    expect(search.in(around('nothing'))).toEqual([]);
    expect(search.in(gzipSync(text))).toEqual([]);
    expect(search.in(Buffer.from(text.slice(0, 15)))).toEqual([]);
  });

  it('refuses secrets so short that chance would find them', () => {
    expect(() => new Search([{ kind: 'password', bytes: Buffer.from('short') }])).toThrow('too short');
  });

  it('knows as many forms as it says', () => {
    const unlike = Buffer.from([0xfb, 0xef, 0xbe, 0xfb, 0xef, 0xbe, 0xff, 0xff, 0xff, 0xfa, 0xee, 0xee]);
    expect(formsOf(unlike)).toHaveLength(FORM_COUNT);
  });
});
