import type { LoggerService } from '@nestjs/common';
import { type Logger, pino } from 'pino';
import type { LogConfig } from './config.js';

/**
 * The process's log: JSON lines, or readable ones for a terminal. Secrets are kept out by their types (a PlaintextKey
 * redacts itself); the paths below are a second net for objects of other people's making.
 */
export function createLogger({ level, format }: LogConfig): Logger {
  return pino({
    level,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: SECRET_PATHS, censor: '[redacted]' },
    ...(format === 'pretty' && { transport: { target: 'pino-pretty', options: PRETTY } }),
  });
}

/** For people: who speaks stands before the words, and not on a line of its own. */
const PRETTY = { ignore: 'pid,hostname,context', messageFormat: '{if context}{context}: {end}{msg}' };

const SECRETS = ['authorization', 'cookie', 'password', 'secret', 'token', 'api_key', '["x-api-key"]'];
// A pattern reaches one level down only, so each name is listed by itself and under one parent.
const SECRET_PATHS = SECRETS.flatMap((name) => [name, name.startsWith('[') ? `*${name}` : `*.${name}`]);

const ASSEMBLY: ReadonlySet<unknown> = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
  'ExceptionHandler',
]);

type Level = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';

/** Lets Nest and the rooms' loggers write to the process's log. */
export class PinoLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  /** What Nest tells of its own assembly is of interest to nobody but who is debugging it. */
  log(message: unknown, ...rest: unknown[]): void {
    this.write(ASSEMBLY.has(rest.at(-1)) ? 'debug' : 'info', message, rest);
  }

  /** Nest logs what goes wrong while it puts the application together, and throws it: whoever catches it says it. */
  error(message: unknown, ...rest: unknown[]): void {
    this.write(ASSEMBLY.has(rest.at(-1)) ? 'debug' : 'error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  /** Nest calls with the context last, and for errors with the stack before it. */
  private write(level: Level, message: unknown, rest: unknown[]): void {
    const context = rest.at(-1);
    const extra = rest.slice(0, -1).filter((value) => value !== undefined);
    const fields = { ...(typeof context === 'string' && { context }), ...(extra.length > 0 && { extra }) };
    if (typeof message === 'string') this.logger[level](fields, message);
    else if (message instanceof Error) this.logger[level]({ ...fields, err: message }, message.message);
    else this.logger[level]({ ...fields, ...(message as object) });
  }
}
