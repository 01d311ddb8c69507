import type { IconName } from '../parts/icon.js';

/** Where somebody can be in the console. */
export type Section = 'dashboard' | 'keys' | 'logs' | 'profile';

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
  { section: 'logs', label: 'Log', href: '/dashboard/logs', icon: 'logs', scope: 'akm:logs:read' },
];
