import { problemOf } from '#problems';
import { LogProofs } from '../../audit/log-proofs.js';
import type { Page } from '../frame/page.js';
import { Pages, ShowPage } from '../frame/page.decorators.js';
import { LogIntegrityView, LogVerificationView } from './log-integrity.view.js';

const ALL = 'akm:logs:all';

/** Whether the log is what it was. */
@Pages()
export class LogIntegrityPages {
  constructor(private readonly proofs: LogProofs) {}

  @ShowPage('dashboard/logs/integrity', ALL)
  async state(): Promise<Page> {
    const checkpoint = await this.proofs.checkpoint().catch((error: unknown) => {
      if (problemOf(error).code === 'NOT_FOUND') return null;
      throw error;
    });
    const body = <LogIntegrityView checkpoint={checkpoint} verifierKey={await this.proofs.verifierKey()} />;
    return { title: 'Is the log complete?', section: 'logs', body };
  }

  /** Reads all of it: the page is there when that is done. */
  @ShowPage('dashboard/logs/verification', ALL)
  async verify(): Promise<Page> {
    const report = await this.proofs.verify();
    const title = report.valid ? 'The log is complete' : 'The log was changed';
    return { title, section: 'logs', body: <LogVerificationView report={report} title={title} /> };
  }
}
