import type { IconName } from '../parts/icon.js';

/** Where somebody can be in the console. */
export type Section =
  'dashboard' | 'keys' | 'alerts' | 'insights' | 'logs' | 'webhooks' | 'people' | 'jobs' | 'profile';

export interface NavigationItem {
  readonly section: Section;
  readonly label: string;
  readonly href: string;
  readonly icon: IconName;
  /** Shown to those whose role holds it; absent: to everybody. */
  readonly scope?: string;
}

/** In the order shown. */
export const NAVIGATION: readonly NavigationItem[] = [
  { section: 'dashboard', label: 'Dashboard', href: '/dashboard', icon: 'dashboard' },
  { section: 'keys', label: 'Keys', href: '/dashboard/keys', icon: 'keys', scope: 'akm:keys:read' },
  { section: 'alerts', label: 'Alerts', href: '/dashboard/alerts', icon: 'alert', scope: 'akm:anomalies:read' },
  { section: 'insights', label: 'Advice', href: '/dashboard/insights', icon: 'check', scope: 'akm:keys:read' },
  { section: 'logs', label: 'Log', href: '/dashboard/logs', icon: 'logs', scope: 'akm:logs:read' },
  { section: 'webhooks', label: 'Webhooks', href: '/dashboard/webhooks', icon: 'webhooks', scope: 'akm:webhooks:read' },
  { section: 'people', label: 'People', href: '/dashboard/people', icon: 'people', scope: 'akm:users:read' },
  { section: 'jobs', label: 'Server', href: '/dashboard/jobs', icon: 'clock', scope: 'akm:jobs:read' },
];
