import { Config } from '../config/config.js';
import { parseEnv } from '../config/env.js';
import { Encryption } from './encryption.js';
import type { SealedColumn } from './sealed-columns.js';

const MASTER = 'a master key of thirty-two bytes';
const COLUMN: SealedColumn = { purpose: 'test', table: 'notes', column: 'text' };
const ROW = '0198f0c4-7d5e-7a31-9d2f-1c2b3a4d5e6f';

const encryptionWith = (...masterEncryption: string[]) =>
  new Encryption(new Config(parseEnv({}), { jwt: ['unused'], masterEncryption }));
const encryption = encryptionWith(MASTER);

describe('a sealed value', () => {
  const sealed = encryption.seal(COLUMN, ROW, 'secret', 'client key');

  it('opens where it was sealed, with the key of its client', () => {
    expect(encryption.open(COLUMN, ROW, sealed, 'client key')).toBe('secret');
  });

  it.each<[string, SealedColumn, string, string | undefined]>([
    ['in another row', COLUMN, ROW.replace('f', 'e'), 'client key'],
    ['in another table', { ...COLUMN, table: 'letters' }, ROW, 'client key'],
    ['in another column', { ...COLUMN, column: 'title' }, ROW, 'client key'],
    ['for another purpose', { ...COLUMN, purpose: 'other' }, ROW, 'client key'],
    ['with the key of another client', COLUMN, ROW, 'other key'],
    ['without the key of its client', COLUMN, ROW, undefined],
  ])('does not open %s', (_, column, row, clientKey) => {
    expect(() => encryption.open(column, row, sealed, clientKey)).toThrow('is not what was sealed there');
  });

  it('is different each time', () => {
    expect(encryption.seal(COLUMN, ROW, 'secret').equals(encryption.seal(COLUMN, ROW, 'secret'))).toBe(false);
  });

  it('says which master key it needs when that is not configured, and nothing of itself', () => {
    const other = encryptionWith('another master key of 32 bytes !!');
    expect(() => other.open(COLUMN, ROW, sealed, 'client key')).toThrow(
      `notes.text of ${ROW} is sealed with the master key ${encryption.keys[0].id}, which is not configured`,
    );
  });

  it('opens with a former master key, and new ones are sealed with the current', () => {
    const both = encryptionWith('another master key of 32 bytes !!', MASTER);
    expect(both.open(COLUMN, ROW, sealed, 'client key')).toBe('secret');
    expect(() => encryption.open(COLUMN, ROW, both.seal(COLUMN, ROW, 'secret'))).toThrow('is not configured');
  });
});
