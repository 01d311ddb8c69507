import type { AfterWrite, UsageRecorder } from '../../usage/usage-recorder.js';
import { LocalKeyVerifier } from './local-key-verifier.js';

describe('LocalKeyVerifier.settle', () => {
  let now: jest.SpiedFunction<typeof performance.now>;
  beforeEach(() => {
    now = jest.spyOn(performance, 'now').mockReturnValue(10_000);
  });
  afterEach(() => {
    now.mockRestore();
  });

  /** Whether a verdict may be told that was given now and whose turn ends so much later. */
  function mayTell(trustedUntil: number, laterMs: number, isRecorded = true): boolean | undefined {
    now.mockReturnValue(10_000);
    let endTurn: AfterWrite = () => undefined;
    const usage = { afterWrite: (callback: AfterWrite) => void (endTurn = callback) };
    const others = [null, null, null] as unknown as [never, never, never];
    const [counts, clock] = others;
    const feed = { trustedUntil } as never;
    const verifier = new LocalKeyVerifier(...others, usage as UsageRecorder, feed, counts, clock);
    let told: boolean | undefined;
    verifier.settle((mayAnswer) => (told = mayAnswer));
    now.mockReturnValue(10_000 + laterMs);
    endTurn(isRecorded);
    return told;
  }

  it('lets a verdict be told that was recorded', () => {
    expect(mayTell(Infinity, 1)).toBe(true);
    expect(mayTell(Infinity, 1, false)).toBe(false);
  });

  it('holds back a verdict from the cache when the process stood still until the lease was over', () => {
    expect([mayTell(10_500, 499), mayTell(10_500, 500)]).toEqual([true, false]);
  });

  it('holds back a verdict from the database when the process stood still for a second', () => {
    expect([mayTell(9_000, 999), mayTell(9_000, 1_000)]).toEqual([true, false]);
  });

  it('holds back nothing on the embedded database, where nobody else can have changed a key meanwhile', () => {
    expect(mayTell(Infinity, 3_600_000)).toBe(true);
  });
});
