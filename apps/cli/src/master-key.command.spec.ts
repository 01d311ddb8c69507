import type { RotationOptions } from '../../api/src/encryption/master-key-rotation.js';
import type { Akm } from './open-akm.js';
import { createProgram } from './program.js';

const CURRENT = 'aaaaaaaaaaaaaaaa';
const FORMER = 'bbbbbbbbbbbbbbbb';

describe('akm master-key', () => {
  const status = jest.fn();
  const rotate = jest.fn();
  const record = jest.fn();
  const close = jest.fn();
  let out: string;
  let err: string;

  beforeEach(() => {
    out = err = '';
    close.mockReset().mockResolvedValue(undefined);
    record.mockReset().mockResolvedValue(undefined);
    status.mockReset().mockResolvedValue([
      { keyId: CURRENT, table: 'api_keys', column: 'secret_meta', rows: 3, isPassing: false },
      { keyId: FORMER, table: 'api_keys', column: 'secret_meta', rows: 12, isPassing: false },
      { keyId: FORMER, table: 'kept_answers', column: 'answer', rows: 1, isPassing: true },
    ]);
    rotate.mockReset().mockImplementation(async ({ onProgress, onRetired }: RotationOptions) => {
      onProgress?.(12, 12);
      await onRetired?.({} as never, FORMER);
      return { resealed: 12, failures: [], retired: [FORMER] };
    });
  });

  const run = (...args: string[]) => {
    const masterKeys = { currentKeyId: CURRENT, status, rotate };
    return createProgram({
      out: (text) => (out += text),
      err: (text) => (err += text),
      open: () => Promise.resolve({ masterKeys, audit: { record }, close } as unknown as Akm),
    }).parseAsync(['master-key', ...args], { from: 'user' });
  };

  it('shows how many values each key seals', async () => {
    await run('status');
    expect(out).toBe(
      [
        `current key ${CURRENT}`,
        `current ${CURRENT}          3  api_keys.secret_meta`,
        `former  ${FORMER}         12  api_keys.secret_meta`,
        `former  ${FORMER}          1  kept_answers.answer  (goes by itself)`,
        '',
      ].join('\n'),
    );
  });

  it('rotates with its progress beside the output, audits the retirement and says that the key may go', async () => {
    await run('rotate');
    expect(err).toBe(`12 of 12 values sealed with ${CURRENT}\n`);
    expect(out).toContain(`key ${FORMER} is no longer needed`);
    expect(record).toHaveBeenCalledWith(
      {},
      expect.objectContaining({
        action: 'master_key_retired',
        metadata: { retired_key_id: FORMER, current_key_id: CURRENT },
      }),
    );
    expect(close).toHaveBeenCalledTimes(1);
  });

  it('prints one JSON object when asked to', async () => {
    await run('rotate', '--json');
    expect(JSON.parse(out)).toEqual({ resealed: 12, failures: [], retired_key_ids: [FORMER] });
    out = '';
    await run('status', '--json');
    expect(JSON.parse(out)).toMatchObject({
      current_key_id: CURRENT,
      sealed: [{ rows: 3 }, { rows: 12 }, { rows: 1 }],
    });
  });

  it('fails, and closes the database, when something could not be opened', async () => {
    rotate.mockResolvedValue({ resealed: 11, failures: ['api_keys.secret_meta of 42 is broken'], retired: [] });
    await expect(run('rotate')).rejects.toThrow('api_keys.secret_meta of 42 is broken');
    expect(close).toHaveBeenCalledTimes(1);
  });
});
