import { TamperedLog } from './tampered-log.js';

describe('a log that is tampered with at random', () => {
  const log = new TamperedLog(3_000, 7);

  it('raises no alarm before', () => {
    expect(log.untouched().faults).toEqual([]);
  });

  it('is found out every time, and what was done first is named', () => {
    const trials = Array.from({ length: 300 }, () => log.try());
    expect(trials.filter(({ isFound, isNamedRight }) => !isFound || !isNamedRight).map(({ story }) => story)).toEqual(
      [],
    );
  });
});
