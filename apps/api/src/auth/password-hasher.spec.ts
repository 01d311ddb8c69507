import { argon2id, hash } from 'argon2';
import { PasswordHasher } from './password-hasher.js';

describe('the password hasher', () => {
  const hasher = new PasswordHasher();
  const tail = 'x'.repeat(199);

  it('makes argon2id with at least the parameters OWASP asks for', async () => {
    expect(await hasher.hash('correct horse')).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  it('recognises the password and no other', async () => {
    const made = await hasher.hash('correct horse');
    expect(await hasher.matches(made, 'correct horse')).toBe(true);
    expect(await hasher.matches(made, 'correct hors')).toBe(false);
  });

  it('counts the whole password: the 200th character matters', async () => {
    const made = await hasher.hash(`${tail}a`);
    expect(await hasher.matches(made, `${tail}b`)).toBe(false);
  });

  it.each([
    ['a ligature', 'ﬁne weather today', 'fine weather today'],
    ['a decomposed accent', 'cafe\u0301 au lait', 'caf\u00e9 au lait'],
  ])('does not care how %s was typed', async (_, chosen, typed) => {
    expect(await hasher.matches(await hasher.hash(chosen), typed)).toBe(true);
  });

  it('never lets anybody in where there is no account', async () => {
    expect(await hasher.matches(undefined, '')).toBe(false);
  });

  it('notices a hash made with weaker parameters, which still verifies', async () => {
    const old = await hash('correct horse', { type: argon2id, memoryCost: 8192, timeCost: 1, parallelism: 1 });
    expect(hasher.isOutdated(old)).toBe(true);
    expect(await hasher.matches(old, 'correct horse')).toBe(true);
    expect(hasher.isOutdated(await hasher.hash('correct horse'))).toBe(false);
  });
});
