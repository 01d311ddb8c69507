import { dataDirFault } from './config/data-dir.js';
import { ConfigurationError } from './config/configuration-error.js';
import { StartRefusal } from './config/start-refusal.js';

/** EX_CONFIG of sysexits.h: a supervisor need not try again before somebody has changed something. */
const EXIT_CONFIGURATION = 78;

export interface StartFailure {
  /** For the operator: names variables, and never says their values. */
  readonly message: string;
  readonly exitCode: number;
}

/** What to tell of a start that failed; null for what nobody expected, and whose stack is wanted. */
export function startFailure(error: unknown, dataDir: string): StartFailure | null {
  if (error instanceof ConfigurationError) return { message: error.message, exitCode: EXIT_CONFIGURATION };
  if (error instanceof StartRefusal) return { message: error.message, exitCode: 1 };
  const listening = listenFault(error);
  if (listening !== null) return { message: listening, exitCode: 1 };
  const fault = dataDirFault(error, dataDir);
  return fault && { message: fault.message, exitCode: EXIT_CONFIGURATION };
}

function listenFault(error: unknown): string | null {
  const { code, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  if (syscall === 'getaddrinfo') return `HOST: is no address of this machine (${code ?? ''})`;
  if (syscall !== 'listen') return null;
  if (code === 'EADDRINUSE') return 'HOST and PORT: another program listens there; stop it, or set PORT to a free one';
  if (code === 'EACCES') return 'PORT: akm may not listen on it; choose one above 1023';
  return `HOST and PORT: akm cannot listen there (${code ?? ''})`;
}
