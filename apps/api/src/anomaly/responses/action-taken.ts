import type { Response } from '#domain';

/** What became of an alert, as it is told outside: from the least to the most. */
export const ACTIONS_TAKEN = [
  'notified',
  'held_back',
  'would_have_throttled',
  'would_have_suspended',
  'throttled',
  'suspended',
] as const;

export type ActionTaken = (typeof ACTIONS_TAKEN)[number];

export function actionTakenOf(response: Response | null): ActionTaken {
  switch (response?.kind) {
    case undefined:
    case 'notified':
      return 'notified';
    case 'withheld':
      return 'held_back';
    case 'throttled':
      return response.isDryRun ? 'would_have_throttled' : 'throttled';
    case 'suspended':
      return response.isDryRun ? 'would_have_suspended' : 'suspended';
  }
}

export function strengthOf(response: Response | null): number {
  return ACTIONS_TAKEN.indexOf(actionTakenOf(response));
}
