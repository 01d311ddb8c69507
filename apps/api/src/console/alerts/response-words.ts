import type { WithheldBecause } from '#domain';
import type { AnomalyDto } from '../../anomaly/anomaly.dto.js';
import type { ActionTaken } from '../../anomaly/responses/action-taken.js';

/** What was done about an alert, in a word or two; null: it was told of. */
export const ACTIONS_IN_WORDS: Readonly<Record<ActionTaken, string | null>> = {
  notified: null,
  held_back: 'Held back',
  would_have_throttled: 'Would have been throttled',
  would_have_suspended: 'Would have been suspended',
  throttled: 'Throttled',
  suspended: 'Suspended',
};

/** What akm did by itself, or would have done, or why it did not. */
export function responseInWords({ action_taken: action, response }: AnomalyDto): string {
  const isUndone = (response?.undone_at ?? null) !== null;
  const limit = `${response?.rate_limit_per_minute ?? 0} uses a minute, twice what is usual for it,`;
  switch (action) {
    case 'notified':
      return 'It was told of, and nothing else was done.';
    case 'throttled':
      return isUndone ? `The key was limited to ${limit} until then.` : `The key is limited to ${limit} for an hour.`;
    case 'suspended':
      return isUndone
        ? 'The key was disabled, and every use of it refused until then.'
        : 'The key is disabled, and every use of it is refused.';
    case 'would_have_throttled':
      return `Nothing was done. Were this no dry run, the key would be limited to ${limit} for an hour.`;
    case 'would_have_suspended':
      return 'Nothing was done. Were this no dry run, the key would be disabled.';
    case 'held_back': {
      const because = response?.withheld_because ?? null;
      return `The key was to be ${response?.reaction === 'suspend' ? 'suspended' : 'throttled'}, and was not: ${because === null ? 'nobody knows why' : REASONS[because]}.`;
    }
  }
}

const REASONS: Readonly<Record<WithheldBecause, string>> = {
  shape_alone: 'a number of requests alone suspends no key',
  last_key: 'its owner, or a service that it is for, has no other one',
  undone_lately: 'somebody has undone a response to this key within a day',
  nothing_usual: 'nothing is known of how much it is usually used',
  circuit_breaker: 'as many keys as may be in an hour were answered already',
};
