import { passwordWeakness } from './password-policy.js';

const NAMES = ['ada.lovelace@example.com', 'ada_lovelace'];
const OWN = 'must not be made of your e-mail address or username';
const SERVICE = 'must not be made of the name of this service or its roles';
const easy = (parts: string) => `is too easy to guess: it is made of ${parts}`;

describe('the password policy', () => {
  it.each([
    'SecurePass123!',
    'another fine passphrase',
    'correct staple battery',
    'ein Hund frißt Gras',
    'パスワードは秘密です本当に',
    'lovelace wrote the first program',
    '🐢🐇🦊🐻🐼🐨🐯🦁🐮🐷🐸🐵',
    'x7Kp2mQ9vL4z',
  ])('accepts %j', async (password) => {
    expect(await passwordWeakness(password, NAMES)).toBeUndefined();
  });

  it.each([
    ['weak', 'must be at least 12 characters long'],
    ['elevenchars', 'must be at least 12 characters long'],
    ['🐢🐇🦊🐻🐼🐨', 'must be at least 12 characters long'],
    ['a long one '.repeat(12), 'must be at most 128 characters long'],
    ['adalovelace1815', OWN],
    ['Ada_Lovelace!!', OWN],
    ['ada.lovelace@example.com', OWN],
    ['ＡＤＡＬＯＶＥＬＡＣＥ１２', OWN],
    ['akm-admin-2026', SERVICE],
    ['ada@akm-2026!', SERVICE],
    ['P@ssw0rd1234', easy('a common password')],
    ['password1234', easy('a common password')],
    ['P@ssw0rdP@ssw0rd', easy('a repetition')],
    ['Welcome2026!!', easy('a common password and a year')],
    ['Summer-2026-!!', easy('a common word and a year')],
    ['p.a.s.s.w.o.r.d.1', easy('a common password')],
    ['CorrectHorseBatteryStaple', easy('a well-known phrase')],
    ['aaaaaaaaaaaaaa', easy('a repetition')],
    ['xyzwvxyzwvxyzwv', easy('a repetition')],
    ['123456789012', easy('a common password')],
    ['lkjhgfdsapoiu', easy('a common password and neighbouring keys')],
    ['ghijklmnopqrst', easy('a sequence')],
    ['!!!!!!!!!!!!', easy('a repetition')],
  ])('refuses %j: it %s', async (password, weakness) => {
    expect(await passwordWeakness(password, NAMES)).toBe(weakness);
  });

  it('counts code points: 128 characters outside the basic plane are not too many', async () => {
    const password = '🐢🐇🦊🐻🐼🐨🐯🦁'.repeat(15) + '🐮🐷🐸🐵🐔🐧🐦🐤';
    expect(await passwordWeakness(password, [])).toBeUndefined();
    expect(await passwordWeakness(`${password}🐢`, [])).toMatch(/long/);
  });

  it('holds nothing up, whatever it is given: without bounds these take seconds', async () => {
    await passwordWeakness('not the first one', []);
    const spent = process.cpuUsage();
    for (const piece of ['4@8({[<6936!1|0$5+7%2', 'aB3$@!|0145', 'Zx9-']) {
      await passwordWeakness(piece.repeat(40).slice(0, 128), NAMES);
    }
    expect(process.cpuUsage(spent).user / 1000).toBeLessThan(1000);
  });

  it('takes no names at all for an answer', async () => {
    expect(await passwordWeakness('SecurePass123!', ['', '@', '..'])).toBeUndefined();
  });
});
