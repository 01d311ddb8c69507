import { NEVER_ALERTED, decide, type QuietState } from './decide.js';
import { type Evidence, type EvidenceKind } from './evidence.js';
import { COLD_START } from './thresholds.js';

const NOW = Date.UTC(2026, 0, 5, 3, 12);
const HOUR = 3_600_000;
const READER = { canWrite: false };

describe('evidence', () => {
  it.each<[EvidenceKind, number]>([
    ['place', 2.6],
    ['shape', 10.9],
    ['denied', 4.4],
    ['sharing', 1.5],
    ['dormant', 3.1],
    ['stuffing', 5.9],
  ])('of %s %d below its threshold alerts nobody and is not remembered', (kind, e) => {
    expect(decide([evidence(kind, e)], COLD_START, NEVER_ALERTED, READER)).toEqual({
      alert: null,
      quiet: NEVER_ALERTED,
    });
  });

  it.each<[EvidenceKind, number, string]>([
    ['shape', 60, 'medium'],
    ['place', 2.7, 'high'],
    ['denied', 4.5, 'high'],
    ['sharing', 1.6, 'high'],
    ['dormant', 3.2, 'high'],
    ['stuffing', 6, 'high'],
    ['retired_secret', 5, 'high'],
    ['retired_secret', 8, 'critical'],
    ['canary', 8, 'critical'],
  ])('of %s %d is alerted as %s', (kind, e, severity) => {
    const { alert } = decide([evidence(kind, e)], COLD_START, NEVER_ALERTED, READER);
    expect(alert).toMatchObject({ severity, at: NOW });
  });

  it('of a far new place is critical for a key that can write, and high for one that cannot', () => {
    const severities = [true, false].map(
      (canWrite) => decide([evidence('place', 4.5)], COLD_START, NEVER_ALERTED, { canWrite }).alert?.severity,
    );
    expect(severities).toEqual(['critical', 'high']);
  });

  it('of two kinds at once is critical, names both, the stronger first, and begins with the earlier', () => {
    const both = [evidence('shape', 11), { ...evidence('sharing', 4), since: NOW - HOUR }];
    expect(decide(both, COLD_START, NEVER_ALERTED, READER).alert).toEqual({
      at: NOW,
      since: NOW - HOUR,
      severity: 'critical',
      misuse: 'critical',
      kinds: ['shape', 'sharing'],
      evidence: [both[1], both[0]],
    });
  });

  it('is no graver as misuse because an old secret was shown within the hour', () => {
    const old = [evidence('retired_secret', 8)];
    const { alert, quiet } = decide(old, COLD_START, NEVER_ALERTED, READER);
    expect(alert).toMatchObject({ severity: 'critical', misuse: null });
    const moved = decide([evidence('place', 4)], COLD_START, quiet, READER);
    expect(moved.alert).toMatchObject({ severity: 'critical', misuse: 'high', kinds: ['place', 'retired_secret'] });
    const probing = decide([evidence('denied', 4.5)], COLD_START, moved.quiet, READER);
    expect(probing.alert).toMatchObject({ severity: 'critical', misuse: 'critical' });
    expect(decide(old, COLD_START, { ...moved.quiet, alerted: {} }, READER).alert?.misuse).toBeNull();
  });

  it('of two kinds within an hour is critical with the second, and not after an hour', () => {
    const first = decide([evidence('place', 4)], COLD_START, NEVER_ALERTED, READER).quiet;
    const severityAfter = (ms: number) =>
      decide([evidence('shape', 11, NOW + ms)], COLD_START, first, READER).alert?.severity;
    expect([severityAfter(HOUR - 1), severityAfter(HOUR)]).toEqual(['critical', 'medium']);
  });

  it('is alerted once a day for each kind, however often it comes', () => {
    const alerts = replay(
      Array.from({ length: 49 }, (_, hour) => evidence('denied', 5, NOW + hour * HOUR)),
      NEVER_ALERTED,
    );
    expect(alerts).toEqual([NOW, NOW + 24 * HOUR, NOW + 48 * HOUR]);
  });

  it('is alerted again within the day when it has become worse', () => {
    const alerts = replay(
      [
        evidence('retired_secret', 5),
        evidence('retired_secret', 5, NOW + 1),
        evidence('retired_secret', 8, NOW + 2),
        evidence('retired_secret', 8, NOW + 3),
      ],
      NEVER_ALERTED,
    );
    expect(alerts).toEqual([NOW, NOW + 2]);
  });
});

function replay(all: readonly Evidence[], quiet: QuietState): number[] {
  let state = quiet;
  return all.flatMap((each) => {
    const decision = decide([each], COLD_START, state, READER);
    state = decision.quiet;
    return decision.alert ? [decision.alert.at] : [];
  });
}

function evidence(kind: EvidenceKind, e: number, at = NOW): Evidence {
  return { kind, e, at, since: at, observed: 1, typical: [0, 1], once: 'about once in 10 years', facts: {} };
}
