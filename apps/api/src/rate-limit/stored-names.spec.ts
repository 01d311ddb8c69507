import { storedNames } from './stored-names.js';

describe('the stored name of a bucket', () => {
  const nameOf = storedNames('a master key');

  it('is the id of a key', () => {
    expect(nameOf('0198f0c4-7d5e-7a31-9d2f-1c2b3a4d5e6f')).toBe('0198f0c4-7d5e-7a31-9d2f-1c2b3a4d5e6f');
  });

  it.each(['guesses from 127.0.0.1', 'sign-in by account 0198f0c4-7d5e-7a31-9d2f-1c2b3a4d5e6f', ''])(
    'tells nothing of "%s", the same everywhere and another under another master key',
    (name) => {
      expect(nameOf(name)).toMatch(/^[\w-]{43}$/);
      expect(storedNames('a master key')(name)).toBe(nameOf(name));
      expect(storedNames('another')(name)).not.toBe(nameOf(name));
    },
  );
});
