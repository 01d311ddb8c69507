import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../../../test/support/temporary-folder.js';
import { dataDirFault } from './data-dir.js';

const failure = (code: string, path?: string) => Object.assign(new Error(`${code}: no`), { code, path });

describe('dataDirFault', () => {
  const root = temporaryFolder();

  it.each(['EACCES', 'EPERM', 'EROFS', 'EEXIST', 'ENOTDIR'])('makes of %s a sentence about DATA_DIR', (code) => {
    for (const path of ['/srv/akm', '/srv/akm/secrets.env.new']) {
      const { problems } = dataDirFault(failure(code, path), '/srv/akm') ?? {};
      expect(problems).toEqual([expect.stringMatching(/^DATA_DIR: cannot be used, /)]);
      expect(problems?.join()).not.toContain('/srv');
    }
  });

  it('knows the failures of a folder that is a file, and of one below a file', () => {
    writeFileSync(join(root(), 'file'), '');
    for (const dataDir of [join(root(), 'file'), join(root(), 'file/data')]) {
      const error = attempt(() => mkdirSync(dataDir, { recursive: true }));
      expect(dataDirFault(error, dataDir)?.message).toContain('not a folder');
    }
  });

  it.each([
    ['a failure elsewhere', failure('EACCES', '/srv/akm-other/file')],
    ['a failure without a path', failure('EACCES')],
    ['a full disk, which is no matter of configuration', failure('ENOSPC', '/srv/akm/file')],
    ['something that is no error', undefined],
  ])('leaves %s to others', (_, error) => {
    expect(dataDirFault(error, '/srv/akm')).toBeNull();
  });
});

function attempt(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}
