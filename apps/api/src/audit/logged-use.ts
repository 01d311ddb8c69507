import { VERDICT_CODES, type VerdictCode } from '#domain';
import { CATALOGUE } from '#problems';
import type { LogFilter } from './log-filter.js';
import type { AuditAction } from './audit-action.js';

/** How a use of a key reads in the log. */
export interface LoggedUse {
  readonly action: AuditAction;
  /** What the holder of the key is answered, by us or by the service that asked. */
  readonly statusCode: number;
  readonly errorMessage: string | null;
}

export const LOGGED_USES = Object.fromEntries(VERDICT_CODES.map((code) => [code, loggedUse(code)])) as Readonly<
  Record<VerdictCode, LoggedUse>
>;

/** The outcomes whose uses match, for a filter. */
export function outcomesWhere(matches: (use: LoggedUse) => boolean): VerdictCode[] {
  return VERDICT_CODES.filter((code) => matches(LOGGED_USES[code]));
}

/** The outcomes that the action and the status of a filter leave. */
export function outcomesOf({ action, statusCode }: Pick<LogFilter, 'action' | 'statusCode'>): VerdictCode[] {
  return outcomesWhere(
    (use) =>
      (action === undefined || use.action === action) && (statusCode === undefined || use.statusCode === statusCode),
  );
}

/** When the use with this id happened. Uses are found by their time first, and their ids begin with it. */
export function timeOfUse(id: string): Date {
  return new Date(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16));
}

function loggedUse(code: VerdictCode): LoggedUse {
  if (code === 'VALID') return { action: 'api_key_used', statusCode: 200, errorMessage: null };
  const { status, title } = CATALOGUE[`API_KEY_${code}`];
  return { action: actionOf(code), statusCode: status, errorMessage: title };
}

function actionOf(code: Exclude<VerdictCode, 'VALID'>): AuditAction {
  if (code === 'INSUFFICIENT_PERMISSIONS') return 'api_key_permission_denied';
  if (code === 'USAGE_EXCEEDED' || code === 'RATE_LIMITED') return 'rate_limit_exceeded';
  return 'api_key_validation_failed';
}
