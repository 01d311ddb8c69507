import type { LoggerService } from '@nestjs/common';

/** Shorter than what supervisors commonly wait before they kill. */
const DRAIN_MS_MAX = 10_000;

/** Ctrl-C under npm arrives twice, from the terminal and from npm; who means it twice is slower than that. */
const ECHO_MS = 500;

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** What is needed of the process. */
export interface SignalledProcess {
  on(signal: (typeof SIGNALS)[number], listener: () => void): unknown;
  exit(code: number): unknown;
}

/**
 * Ends the process when it is asked to: 0 once `close` has settled what is under way, 1 when that fails or takes longer
 * than ten seconds, or at once when it is asked again.
 */
export function stopOnSignal(
  process: SignalledProcess,
  close: () => Promise<void>,
  logger: Pick<LoggerService, 'log' | 'error'>,
): void {
  const giveUp = () => process.exit(1);
  let stop = () => {
    stop = () => undefined;
    setTimeout(() => (stop = giveUp), ECHO_MS);
    setTimeout(giveUp, DRAIN_MS_MAX);
    logger.log('Stopping', 'akm');
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error(error, 'akm');
        giveUp();
      },
    );
  };
  for (const signal of SIGNALS)
    process.on(signal, () => {
      stop();
    });
}
