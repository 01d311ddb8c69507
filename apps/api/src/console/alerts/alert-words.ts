import type { AnomalySeverity } from '../../anomaly/anomaly.dto.js';

export const ALERTS = '/dashboard/alerts';

export const SEVERITY_TONES: Readonly<Record<AnomalySeverity, 'bad' | 'warn' | 'plain'>> = {
  critical: 'bad',
  high: 'bad',
  medium: 'warn',
  low: 'plain',
};

/** `new_network` is `New network`. */
export function typeInWords(type: string): string {
  const words = type.replaceAll('_', ' ').replace(/\bips?\b/, (ip) => (ip === 'ip' ? 'address' : 'addresses'));
  return words.charAt(0).toUpperCase() + words.slice(1);
}
