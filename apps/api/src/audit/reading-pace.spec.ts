import { ReadingPace } from './reading-pace.js';

const hour = (uses: number) => [{ at: 0, uses }];

describe('the pace of reading', () => {
  it('reads more each time as long as there is time', () => {
    const pace = new ReadingPace(10);
    const read: number[] = [];
    for (let n = 0; n < 4; n += 1) {
      read.push(pace.next());
      pace.add(hour(pace.next()));
    }
    expect(read).toEqual([10, 80, 640, 5_120]);
    expect(pace.isOver).toBe(false);
  });

  it('is over at the deadline, and not before the least is read', () => {
    const pace = new ReadingPace(10, performance.now(), 100);
    pace.add(hour(10));
    expect([pace.isOver, pace.next()]).toEqual([false, 80]);
    pace.add(hour(90));
    expect(pace.isOver).toBe(true);
  });

  it('reads no more than it has come to expect of the time that is left', () => {
    const pace = new ReadingPace(10, performance.now());
    pace.add(hour(10));
    expect(pace.next()).toBeLessThanOrEqual(0);
  });
});
