import { randomBytes } from 'node:crypto';
import { openCheckpoint, parseCheckpoint, signCheckpoint } from './checkpoint.js';
import { leafHash } from './merkle-hash.js';
import { noteSigner, openNote, parseNoteVerifier, signNote } from './signed-note.js';

/** The example of golang.org/x/mod/sumdb/note, which C2SP signed-note describes. */
const PETER = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const SAYING =
  "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n" +
  '\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';

const signer = noteSigner('akm/0198f0c4', randomBytes(32));
const root = leafHash('root');

describe('a signed note', () => {
  it('is read as others write it', () => {
    const peter = parseNoteVerifier(PETER);
    expect(peter?.text).toBe(PETER);
    expect(openNote(SAYING, peter ? [peter] : []).kind).toBe('verified');
    expect(openNote(SAYING.replace('answer', 'Answer'), peter ? [peter] : []).kind).toBe('bad_signature');
  });

  it('opens with the verifier of its signer, and with no other', () => {
    const note = signNote('one\ntwo\n', signer);
    const other = noteSigner('akm/0198f0c4', randomBytes(32));
    expect(openNote(note, [other.verifier, signer.verifier])).toMatchObject({ kind: 'verified', text: 'one\ntwo\n' });
    expect(openNote(note, [other.verifier]).kind).toBe('unknown_key');
    expect(parseNoteVerifier(signer.verifier.text)).toMatchObject({ name: 'akm/0198f0c4' });
  });

  it('does not open with any one of its bits changed', () => {
    const note = Buffer.from(signNote('one\n', signer));
    for (let bit = 0; bit < note.length * 8; bit += 1) {
      const flipped = Buffer.from(note);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect([bit, openNote(flipped.toString(), [signer.verifier]).kind]).not.toContain('verified');
    }
  });

  it.each(['', 'one\n', 'one\n\n', 'one\n\nno signature\n', 'one\n\n— akm AAAA\n', '\n\n— akm AAAA\n'])(
    'is not %j',
    (text) => {
      expect(openNote(text, [signer.verifier]).kind).toBe('malformed');
    },
  );

  it.each([
    '',
    'akm',
    PETER.replace('c74f', 'c74e'),
    PETER.replace('+ARpc', '+AhpC'),
    `${PETER}=`,
    PETER.replace('Peter', 'Peter '),
  ])('has no verifier called %j', (text) => {
    expect(parseNoteVerifier(text)).toBeUndefined();
  });
});

describe('a checkpoint', () => {
  it('says how long the log was and what was in it, and is believed when the log has signed it', () => {
    const opened = openCheckpoint(signCheckpoint(20_852_163, root, signer), signer.verifier);
    const checkpoint = { origin: 'akm/0198f0c4', size: 20_852_163, root };
    expect(opened).toEqual({ kind: 'verified', checkpoint });
  });

  it('is not believed of another log, even when this one has signed it', () => {
    const note = signNote(`akm/another\n1\n${root.toString('base64')}\n`, signer);
    expect(openCheckpoint(note, signer.verifier).kind).toBe('unknown_key');
  });

  it.each([
    `akm\n01\n${root.toString('base64')}\n`,
    `akm\n-1\n${root.toString('base64')}\n`,
    `akm\n9999999999999999\n${root.toString('base64')}\n`,
    `akm\n1\n${root.toString('base64url')}\n`,
    `akm\n1\n${root.subarray(1).toString('base64')}\n`,
    `akm\n1\n${root.toString('base64')}`,
    `\n1\n${root.toString('base64')}\n`,
  ])('is not %j', (text) => {
    expect(parseCheckpoint(text)).toBeUndefined();
  });
});
