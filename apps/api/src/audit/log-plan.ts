import type { LogFilter, LogWindow } from './log-filter.js';
import { type HoursWindow, onlyInHours, onlyInPlaces } from './log-windows.js';
import { outcomesOf } from './logged-use.js';
import type { Places } from './places.js';
import type { UseHour } from './use-hours.js';
import type { UseSearch } from './use-search.js';

/** What is found out about a filter before anything is read. */
export interface LogPlan {
  readonly filter: LogFilter;
  /** Of `filter.q`. */
  readonly search: UseSearch | undefined;
  /** In which uses may match, newest first. */
  readonly hours: readonly UseHour[];
  /** Where in them; undefined: anywhere. */
  readonly places: Places | undefined;
}

/** Where in a window of a plan uses are looked for. */
export function windowOf({ places }: LogPlan, window: HoursWindow): LogWindow {
  return places ? onlyInPlaces(window, places) : onlyInHours(window);
}

/** How many entries match. */
export interface LogCount {
  readonly total: number;
  /** False: there are at least so many. */
  readonly isExact: boolean;
}

/** Whether all that the filter asks of uses is counted by the hour: everything but addresses, requests and texts. */
export function isCounted({ addresses, requestId, q }: LogFilter): boolean {
  return addresses === undefined && requestId === undefined && q === undefined;
}

/**
 * Whether uses are asked for by their outcome and by something else. No index has both: between two that are counted, many
 * others are read.
 */
export function isBetweenOthers({ action, statusCode, ...filter }: LogFilter): boolean {
  const others = [filter.apiKeyId, filter.ownerId, filter.userId, filter.addresses, filter.q];
  return (action ?? statusCode) !== undefined && others.some((other) => other !== undefined);
}

/** Whether what is asked of the action and the status is true of no use. */
export function hasNoUses(filter: LogFilter): boolean {
  return outcomesOf(filter).length === 0;
}
