import { noteSigner, signCheckpoint } from '#domain';
import type { CheckpointFolder } from './checkpoint-folder.js';
import { standingOf } from './log-standing.js';

const signer = noteSigner('akm/a', Buffer.alloc(32, 1));
const noteOf = (size: number, by = signer) => signCheckpoint(size, Buffer.alloc(32, size), by);
const forged = (size: number) => noteOf(size, noteSigner('akm/a', Buffer.alloc(32, 2)));

/** An empty tree is all that is needed: whatever was signed is more than there is. */
const asks = { query: () => Promise.resolve([{ size: 0 }]) };
let verified: number;
function standing(notes: string[]) {
  verified = 0;
  const verifier = {
    ...signer.verifier,
    get key() {
      verified += 1;
      return signer.verifier.key;
    },
  };
  return standingOf(asks, { notes: () => notes } as CheckpointFolder, verifier);
}

describe('the standing of a log', () => {
  it('is told by the largest note that it has signed, in whatever order they lie there', async () => {
    const notes = [noteOf(3), forged(90), noteOf(7), noteOf(5), 'akm/a\n99\nnothing\n\n— akm/a AAAA\n'];
    expect(await standing(notes)).toMatchObject({ kind: 'rolled_back', signedSize: 7 });
  });

  it('is told by one signature, however many notes there are', async () => {
    await standing(Array.from({ length: 200 }, (_, at) => noteOf(at + 1)));
    expect(verified).toBe(1);
  });

  it('is that of another log when it has signed none of them', async () => {
    expect(await standing([forged(90), noteOf(7, noteSigner('akm/b', Buffer.alloc(32, 3)))])).toEqual({
      kind: 'another_log',
      size: 0,
    });
  });
});
