import type { Anomaly } from '../anomaly.entity.js';
import type { AnomalyResponseDto } from './response.dto.js';
import { standing } from './response-undo.js';

/** Null: the anomaly was told of, and nothing else. */
export function responseView(anomaly: Anomaly): AnomalyResponseDto | null {
  const { response, respondedAt, undoneAt } = anomaly;
  if (response === null || respondedAt === null || response.kind === 'notified') return null;
  const canBeUndone = standing(anomaly) !== undefined && anomaly.isKeyAsLeft;
  const told = { responded_at: respondedAt, can_be_undone: canBeUndone, undone_at: undoneAt };
  switch (response.kind) {
    case 'withheld':
      return {
        ...{ reaction: response.reaction, dry_run: false, withheld_because: response.because },
        ...{ rate_limit_per_minute: null, until: null, ...told },
      };
    case 'throttled':
      return {
        ...{ reaction: 'throttle', dry_run: response.isDryRun, withheld_because: null },
        ...{ rate_limit_per_minute: response.perMinute, until: new Date(response.until), ...told },
      };
    case 'suspended':
      return {
        ...{ reaction: 'suspend', dry_run: response.isDryRun, withheld_because: null },
        ...{ rate_limit_per_minute: null, until: new Date(response.until), ...told },
      };
  }
}
