import { CommanderError } from 'commander';
import { problem } from '#problems';
import { exitCodeOf, messageOf } from './failure.js';
import type { Akm } from './open-akm.js';
import { createProgram } from './program.js';

describe('akm admin create', () => {
  const NAMES = ['--email', 'ada@example.com', '--username', 'ada'];
  const create = jest.fn();
  const close = jest.fn();
  let out: string;
  let err: string;

  beforeEach(() => {
    out = err = '';
    create.mockReset().mockResolvedValue({ email: 'ada@example.com', password: 'k7m2-x9dp' });
    close.mockReset().mockResolvedValue(undefined);
  });

  const run = (...args: string[]) =>
    createProgram({
      out: (text) => (out += text),
      err: (text) => (err += text),
      open: () => Promise.resolve({ firstAdmin: { create }, close } as unknown as Akm),
    }).parseAsync(['admin', 'create', ...args], { from: 'user' });

  it('prints the password alone to the output, and the rest beside it', async () => {
    await run(...NAMES);
    expect(create).toHaveBeenCalledWith({ email: 'ada@example.com', username: 'ada' });
    expect(out).toBe('k7m2-x9dp\n');
    expect(err).toContain('ada@example.com');
    expect(err).not.toContain('k7m2');
    expect(close).toHaveBeenCalledTimes(1);
  });

  it('prints one JSON object when asked to', async () => {
    await run(...NAMES, '--json');
    expect(JSON.parse(out)).toEqual({ email: 'ada@example.com', username: 'ada', one_time_password: 'k7m2-x9dp' });
  });

  it.each([
    ['no e-mail address', ['--username', 'ada'], '--email'],
    ['an e-mail address that is none', ['--email', 'ada', '--username', 'ada'], 'It must be an e-mail address.'],
    ['a username that is none', ['--email', 'ada@example.com', '--username', 'a b'], 'It must be 3 to 50 letters'],
    ['an option nobody knows', [...NAMES, '--password', 'x'], '--password'],
  ])('refuses %s before it opens the database, and says what is wrong', async (_, args, said) => {
    const failure: unknown = await run(...args).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(CommanderError);
    expect(exitCodeOf(failure)).toBe(1);
    expect(err).toContain(said);
    expect(create).not.toHaveBeenCalled();
  });

  it('closes the database and fails with a sentence when the name is taken', async () => {
    create.mockRejectedValue(problem('IDENTITY_TAKEN'));
    const failure: unknown = await run(...NAMES).catch((error: unknown) => error);
    expect(exitCodeOf(failure)).toBe(1);
    expect(messageOf(failure)).toMatch(/^The e-mail address or the username belongs to an account already\./);
    expect(out).toBe('');
    expect(close).toHaveBeenCalledTimes(1);
  });

  it('says its version', async () => {
    const program = createProgram({ out: (text) => (out += text), err: jest.fn(), open: jest.fn() });
    const shown: unknown = await program.parseAsync(['--version'], { from: 'user' }).catch((error: unknown) => error);
    expect(exitCodeOf(shown)).toBe(0);
    expect(out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('calls help a success', async () => {
    const help: unknown = await run('--help').catch((error: unknown) => error);
    expect(exitCodeOf(help)).toBe(0);
    expect(out).toContain('--email <address>');
  });
});
