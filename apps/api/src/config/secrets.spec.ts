import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../../../test/support/temporary-folder.js';
import { ConfigurationError } from './configuration-error.js';
import { loadSecrets } from './secrets.js';

const A = 'fJ3kq9Zs0vYw8LrT2nXe5uHb7mCd1aGp';
const B = 'Qz7Wx1Ec9Rv3Tb5Yn8Um2Ik4Ol6Pa0Sd';

describe('loadSecrets', () => {
  const dir = temporaryFolder();

  const problemsOf = (jwt: string | undefined, master: string | undefined) => {
    try {
      loadSecrets({ JWT_SECRET_KEY: jwt, MASTER_ENCRYPTION_KEY: master }, dir(), false);
    } catch (error) {
      if (error instanceof ConfigurationError) return error.problems.join('\n');
      throw error;
    }
    return '';
  };

  it('generates each secret once, readable by its owner only, and finds them again', () => {
    const first = loadSecrets({}, dir(), true);
    expect(loadSecrets({}, dir(), true)).toEqual(first);
    expect(first.jwt).not.toEqual(first.masterEncryption);
    expect(statSync(join(dir(), 'secrets.env')).mode & 0o777).toBe(0o600);
  });

  it('lets the environment win over the stored secret and leaves the file as it is', () => {
    loadSecrets({}, dir(), true);
    const before = readFileSync(join(dir(), 'secrets.env'), 'utf8');
    expect(loadSecrets({ JWT_SECRET_KEY: A }, dir(), true).jwt).toEqual([A]);
    expect(readFileSync(join(dir(), 'secrets.env'), 'utf8')).toBe(before);
  });

  it('names every bad secret at once and quotes none', () => {
    const text = problemsOf('changeme-changeme-changeme-changeme', 'hunter2');
    expect(text).toContain('JWT_SECRET_KEY: is well known');
    expect(text).toContain('MASTER_ENCRYPTION_KEY: is shorter');
    expect(text).not.toMatch(/hunter2|changeme/);
  });

  it('generates nothing where it may not', () => {
    expect(problemsOf(undefined, undefined)).toContain('JWT_SECRET_KEY: is missing');
  });

  it('generates nothing beside a database whose master key was lost', () => {
    mkdirSync(join(dir(), 'pgdata'));
    expect(() => loadSecrets({}, dir(), true)).toThrow('put secrets.env back from a backup');
    expect(() => loadSecrets({ JWT_SECRET_KEY: A }, dir(), true)).toThrow('MASTER_ENCRYPTION_KEY: is missing');
    expect(existsSync(join(dir(), 'secrets.env'))).toBe(false);
    expect(loadSecrets({ MASTER_ENCRYPTION_KEY: A }, dir(), true).masterEncryption).toEqual([A]);
  });

  it('refuses the same value for two purposes', () => {
    expect(problemsOf(A, A)).toContain('must all be different');
    expect(problemsOf(A, B)).toBe('');
  });

  it('takes a list, the current secret first', () => {
    expect(loadSecrets({ JWT_SECRET_KEY: `${A}, ${B}`, MASTER_ENCRYPTION_KEY: `${A}x` }, dir(), false).jwt).toEqual([
      A,
      B,
    ]);
  });
});
