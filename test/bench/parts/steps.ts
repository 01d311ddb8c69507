import { rounded } from '../statistics.js';
import { measureSteps } from '../steps.js';
import type { Part } from './part.js';

export const steps: Part = {
  name: 'steps',
  about: 'What do single steps of a verification cost, measured without a server?',
  run: async ({ report }) => {
    const rows = await measureSteps();
    report.table(
      'microseconds of a core for one verification',
      rows.map(({ step, microseconds }) => ({ step, 'CPU µs': rounded(microseconds, 2) })),
    );
  },
};
