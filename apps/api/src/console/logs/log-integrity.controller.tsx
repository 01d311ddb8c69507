import { setTimeout as pause } from 'node:timers/promises';
import { problemOf } from '#problems';
import { LogProofs } from '../../audit/log-proofs.js';
import { type LogReading, LogReadings } from '../../audit/log-readings.js';
import { Asked, type Query } from '../frame/asked.decorator.js';
import type { Page } from '../frame/page.js';
import { Pages, ShowPage } from '../frame/page.decorators.js';
import { linkTo } from '../parts/pager.js';
import { LogIntegrityView, LogProgressView, LogVerificationView } from './log-integrity.view.js';
import { LOGS } from './log-words.js';

const ALL = 'akm:logs:all';
/** A small log is read while somebody waits. */
const PATIENCE_MS = 1_000;
const AGAIN_SECONDS = 2;

/** Whether the log is what it was. */
@Pages()
export class LogIntegrityPages {
  constructor(
    private readonly proofs: LogProofs,
    private readonly readings: LogReadings,
  ) {}

  @ShowPage('dashboard/logs/integrity', ALL)
  async state(): Promise<Page> {
    const checkpoint = await this.proofs.checkpoint().catch((error: unknown) => {
      if (problemOf(error).code === 'NOT_FOUND') return null;
      throw error;
    });
    const body = <LogIntegrityView checkpoint={checkpoint} verifierKey={await this.proofs.verifierKey()} />;
    return { title: 'Is the log complete?', section: 'logs', body };
  }

  /** Reads all of it. While that goes on, the page says how far it is, and looks again. */
  @ShowPage('dashboard/logs/verification', ALL)
  async verify(@Asked() { since }: Query): Promise<Page> {
    const reading = this.readings.begunAt(Number(since ?? Number.NaN)) ?? this.readings.begin();
    const report = await Promise.race([reading.over, pause(PATIENCE_MS, null, { ref: false })]);
    if (report === null) return progressPage(reading);
    const title = report.valid ? 'The log is complete' : 'The log was changed';
    return {
      title,
      section: 'logs',
      body: <LogVerificationView report={report} title={title} readAt={new Date(reading.startedAt)} />,
    };
  }
}

function progressPage({ done, size, startedAt }: LogReading): Page {
  const href = linkTo(`${LOGS}/verification`, { since: String(startedAt) });
  const body = <LogProgressView done={done} size={size} href={href} />;
  return { title: 'Reading the log', section: 'logs', again: { seconds: AGAIN_SECONDS, href }, body };
}
