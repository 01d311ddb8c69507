import { admissionOf } from './admission.js';

describe('the admission of a limiter', () => {
  const perSecond = { capacity: 100, periodMs: 1000 };

  it('is ideal when it spends what the bucket held and what flowed in', () => {
    expect(admissionOf(perSecond, 300, 2000)).toEqual({ admitted: 300, ideal: 300, overPercent: 0, underPercent: 0 });
  });

  it('is over by every single one beyond that', () => {
    expect(admissionOf(perSecond, 303, 2000)).toMatchObject({ overPercent: 1, underPercent: 0 });
    expect(admissionOf({ capacity: 60, periodMs: 60_000 }, 61, 999).overPercent).toBeGreaterThan(0);
  });

  it('is under by what it kept back', () => {
    expect(admissionOf(perSecond, 297, 2000)).toMatchObject({ overPercent: 0, underPercent: 1 });
  });
});
