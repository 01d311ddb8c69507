import { Trail } from './trail.js';

describe('the way through a list', () => {
  it('leads back to each page it came by, and to the first at last', () => {
    const second = Trail.from({}).on('c2');
    const third = Trail.from(second).on('c3');
    expect(Trail.from(third).cursor).toBe('c3');
    expect(Trail.from(third).back()).toEqual(second);
    expect(Trail.from(second).back()).toEqual({});
    expect(Trail.from({}).back()).toBeNull();
  });

  it('forgets its beginning rather than growing without end', () => {
    let at = Trail.from({}).on('c2');
    for (let n = 3; n < 100; n++) at = Trail.from(at).on(`c${n}`);
    expect(at['trail']?.split('.')).toHaveLength(20);
    let steps = 0;
    for (let back = Trail.from(at).back(); back !== null; back = Trail.from(back).back()) steps += 1;
    expect(steps).toBe(20);
  });

  it.each(['', 'a b', '../x', 'x'.repeat(201), 'a..b'])('is none where nobody can have come by it: %j', (trail) => {
    expect(Trail.from({ cursor: 'c2', trail }).back()).toBeNull();
  });
});
