import { AuditEntry } from '../../../apps/api/src/audit/audit-entry.entity.js';
import type { TestApp } from '../../support/test-app.js';

/** The audit log, oldest entry first. */
export function auditOf(app: TestApp): Promise<AuditEntry[]> {
  return app.dataSource.manager.find(AuditEntry, { order: { timestamp: 'ASC', id: 'ASC' } });
}

/** The actions in the audit log, oldest first. */
export async function actionsOf(app: TestApp): Promise<string[]> {
  return (await auditOf(app)).map(({ action }) => action);
}
