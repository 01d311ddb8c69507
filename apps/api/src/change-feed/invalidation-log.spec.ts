import { InvalidationLog } from './invalidation-log.js';

describe('InvalidationLog', () => {
  let log: InvalidationLog;
  beforeEach(() => {
    log = new InvalidationLog();
  });

  it('lets a read be kept whose key nobody touched', () => {
    log.note('a');
    const begun = log.begin();
    log.note('b');
    expect(log.end(begun, 'a')).toBe(true);
  });

  it('has a read thrown away whose key was invalidated during it, or any key when none was found', () => {
    const [first, second] = [log.begin(), log.begin()];
    log.note('a');
    expect(log.end(first, 'a')).toBe(false);
    expect(log.end(second, undefined)).toBe(false);
  });

  it('has every read thrown away when all keys were invalidated, and lets the next one be kept', () => {
    const begun = log.begin();
    log.note(null);
    expect(log.end(begun, 'a')).toBe(false);
    expect(log.end(log.begin(), 'a')).toBe(true);
  });

  it('holds an invalidation against the reads that began before it, and against no later one', () => {
    const before = log.begin();
    log.note('a');
    const after = log.begin();
    expect(log.end(after, 'a')).toBe(true);
    expect(log.end(before, 'a')).toBe(false);
  });

  it('errs towards reading again when more keys are invalidated than it remembers', () => {
    const begun = log.begin();
    for (let key = 0; key <= 10_000; key++) log.note(`key-${key}`);
    expect(log.end(begun, 'untouched')).toBe(false);
    expect(log.end(log.begin(), 'key-1')).toBe(true);
  });
});
