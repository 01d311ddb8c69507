import { isAbsolute, relative, resolve } from 'node:path';
import { ConfigurationError } from './configuration-error.js';

/** What is wrong with a folder, by what the operating system answered. */
const FAULTS: Partial<Record<string, string>> = {
  EACCES: 'akm may not write to it',
  EPERM: 'akm may not write to it',
  EROFS: 'it is on a read-only file system',
  EEXIST: 'it is not a folder',
  ENOTDIR: 'it is not a folder, or its path leads through something that is none',
  ENOENT: 'its path leads nowhere',
  ELOOP: 'its path leads nowhere',
  ENAMETOOLONG: 'its path is too long',
};

/** The refusal that a failed file operation in `dataDir` amounts to; null when it is about something else. */
export function dataDirFault(error: unknown, dataDir: string): ConfigurationError | null {
  const { code, path } = (error ?? {}) as NodeJS.ErrnoException;
  const fault = FAULTS[code ?? ''];
  if (fault === undefined || path === undefined || !isWithin(resolve(dataDir), resolve(path))) return null;
  return new ConfigurationError([`DATA_DIR: cannot be used, ${fault} (${code ?? ''})`]);
}

function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return !way.startsWith('..') && !isAbsolute(way);
}
