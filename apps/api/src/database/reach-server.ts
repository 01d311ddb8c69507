import pg from 'pg';
import { StartRefusal } from '../config/start-refusal.js';
import { sqlState } from './transaction.js';

const CANNOT_CONNECT_NOW = '57P03';
const TOO_MANY_CONNECTIONS = '53300';
const MAY_PASS = new Set([CANNOT_CONNECT_NOW, TOO_MANY_CONNECTIONS, 'ECONNREFUSED', 'ECONNRESET', 'EAI_AGAIN']);

/** What PostgreSQL and the operating system say quotes the user, the host or the address: it is said in other words. */
const REASONS: Partial<Record<string, string>> = {
  ECONNREFUSED: 'nothing answers at its host and port',
  ENOTFOUND: 'its host is not known',
  EAI_AGAIN: 'its host is not known',
  '28000': 'the user or the password is refused',
  '28P01': 'the user or the password is refused',
  '3D000': 'there is no database of that name',
};

/** The server of DATABASE_URL does not let us in. */
export class ServerUnreachableError extends StartRefusal {
  /** Whether it is worth waiting: a server that starts beside us. A wrong password will not get better. */
  readonly mayPass: boolean;

  constructor(code: string | null) {
    const reason = REASONS[code ?? ''] ?? 'the connection failed';
    super(`DATABASE_URL: the server cannot be used, ${reason}${code === null ? '' : ` (${code})`}`);
    this.name = 'ServerUnreachableError';
    this.mayPass = code !== null && MAY_PASS.has(code);
  }
}

/**
 * Connects once and hangs up, so that a server that is away is told from everything that may go wrong on it.
 * @throws ServerUnreachableError
 */
export async function reachServer(url: string, timeoutMs: number): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: timeoutMs });
  // A connection that breaks while it is given up is none of ours any more, and unheard it would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    throw new ServerUnreachableError(sqlState(error));
  } finally {
    await client.end().catch(() => undefined);
  }
}
