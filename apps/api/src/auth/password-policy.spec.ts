import { passwordWeakness } from './password-policy.js';

const NAMES = ['ada.lovelace@example.com', 'ada_lovelace'];

describe('the password policy', () => {
  it.each([
    'SecurePass123!',
    'correct staple battery',
    'ein Hund frißt Gras',
    'パスワードは秘密です本当に',
    'lovelace wrote the first program',
    '🐢🐇🦊🐻🐼🐨🐯🦁🐮🐷🐸🐵',
  ])('accepts %j', (password) => {
    expect(passwordWeakness(password, NAMES)).toBeUndefined();
  });

  it.each([
    ['weak', 'must be at least 12 characters long'],
    ['elevenchars', 'must be at least 12 characters long'],
    ['🐢🐇🦊🐻🐼🐨', 'must be at least 12 characters long'],
    ['a long one '.repeat(12), 'must be at most 128 characters long'],
    ['adalovelace1815', 'must not be made of your e-mail address or username'],
    ['Ada_Lovelace!!', 'must not be made of your e-mail address or username'],
    ['ada.lovelace@example.com', 'must not be made of your e-mail address or username'],
    ['ＡＤＡＬＯＶＥＬＡＣＥ１２', 'must not be made of your e-mail address or username'],
    ['password1234', 'is one of the passwords that are tried first; choose a less common one'],
    ['P@ssw0rdP@ssw0rd', 'is one of the passwords that are tried first; choose a less common one'],
    ['Welcome2026!!', 'is one of the passwords that are tried first; choose a less common one'],
    ['CorrectHorseBatteryStaple', 'is one of the passwords that are tried first; choose a less common one'],
    ['aaaaaaaaaaaaaa', 'must not be a repetition or a sequence'],
    ['xyzwvxyzwvxyzwv', 'must not be a repetition or a sequence'],
    ['123456789012', 'must not be a repetition or a sequence'],
    ['lkjhgfdsapoiu', 'must not be a repetition or a sequence'],
    ['ghijklmnopqrst', 'must not be a repetition or a sequence'],
  ])('refuses %j: it %s', (password, weakness) => {
    expect(passwordWeakness(password, NAMES)).toBe(weakness);
  });

  it('counts code points: 128 characters outside the basic plane are not too many', () => {
    expect(passwordWeakness('🐢🐇🦊🐻🐼🐨🐯🦁'.repeat(15) + '🐮🐷🐸🐵🐔🐧🐦🐤', NAMES)).toBeUndefined();
  });

  it('takes no names at all for an answer', () => {
    expect(passwordWeakness('SecurePass123!', ['', '@', '..'])).toBeUndefined();
  });
});
