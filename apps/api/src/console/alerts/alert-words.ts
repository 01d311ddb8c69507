import { inWords } from '../parts/words.js';

export const ALERTS = '/dashboard/alerts';

/** `new_network` is `New network`. */
export function typeInWords(type: string): string {
  return inWords(type.replaceAll('_', ' ').replace(/\bips?\b/, (ip) => (ip === 'ip' ? 'address' : 'addresses')));
}
