import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

describe('the embedded database', () => {
  it('keeps nothing of what it has answered', async () => {
    const script = join(import.meta.dirname, 'turns-in-memory.mjs');
    const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', script]);
    expect(Number(stdout)).toBeLessThan(100);
  });
});
