import { rounded } from '../statistics.js';
import { measureSteps } from '../steps.js';
import type { Part } from './part.js';

export const steps: Part = {
  name: 'steps',
  about: 'What do single steps of a verification cost, measured without a server?',
  run: async ({ report }) => {
    const { steps: rows, lookups } = await measureSteps();
    report.table(
      'microseconds of a core for one verification',
      rows.map(({ step, microseconds }) => ({ step, 'CPU µs': rounded(microseconds, 2) })),
    );
    const [few] = lookups;
    report.table(
      'to find a key among others, drawn uniformly',
      lookups.map(({ keys, microseconds, bytesEach }) => ({
        keys,
        'CPU µs': rounded(microseconds, 2),
        'of few': rounded(microseconds / (few?.microseconds ?? NaN), 2),
        wanted: '≤ 2',
        'bytes a key': rounded(bytesEach),
      })),
    );
  },
};
