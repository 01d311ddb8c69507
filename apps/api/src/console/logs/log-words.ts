export const LOGS = '/dashboard/logs';

/** `api_key_auto_rotated` is `Key auto rotated`. */
export function actionInWords(action: string): string {
  const words = action.replace(/^api_/, '').replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** `23 Nov 14:03:07`, in UTC: entries of one day are told apart at a glance. */
export function logTime(at: Date): string {
  return `${DAY.format(at)} ${at.toISOString().slice(11, 19)}`;
}

const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
