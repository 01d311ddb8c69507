import type { AuditAction } from './audit-action.js';
import type { LogEntryDto } from './log-entry.dto.js';
import type { LogRow } from './log-sources.js';
import { LOGGED_USES } from './logged-use.js';

export function logEntryView({ outcome, secret_id, ...row }: LogRow): LogEntryDto {
  // Only uses have no action of their own: it follows from their outcome.
  if (outcome === null) return { ...row, action: row.action as AuditAction };
  const { action, statusCode, errorMessage } = LOGGED_USES[outcome];
  return {
    ...row,
    action,
    status_code: statusCode,
    error_message: errorMessage,
    metadata: { outcome, secret_id },
  };
}
