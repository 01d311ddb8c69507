import { ConfigurationError } from './config/configuration-error.js';
import { StartRefusal } from './config/start-refusal.js';
import { startFailure } from './start-failure.js';

const failure = (code: string, more: object) => Object.assign(new Error(code), { code, ...more });

describe('startFailure', () => {
  it.each([
    ['a wrong configuration', new ConfigurationError(['PORT: must be at most 65535']), 78, 'PORT'],
    ['a folder akm may not write to', failure('EACCES', { path: '/srv/akm/lock' }), 78, 'DATA_DIR'],
    ['a refusal in plain words', new StartRefusal('DATA_DIR is in use'), 1, 'DATA_DIR is in use'],
    ['a port in use', failure('EADDRINUSE', { syscall: 'listen' }), 1, 'HOST and PORT'],
    ['a privileged port', failure('EACCES', { syscall: 'listen' }), 1, 'PORT'],
    ['an address of another machine', failure('EADDRNOTAVAIL', { syscall: 'listen' }), 1, 'HOST'],
    ['a name that is no address', failure('ENOTFOUND', { syscall: 'getaddrinfo' }), 1, 'HOST'],
  ])('tells of %s in a sentence', (_, error, exitCode, said) => {
    expect(startFailure(error, '/srv/akm')).toEqual({ exitCode, message: expect.stringContaining(said) as string });
  });

  it('leaves what nobody expected to whoever wants its stack', () => {
    expect(startFailure(new TypeError('x is not a function'), '/srv/akm')).toBeNull();
  });
});
