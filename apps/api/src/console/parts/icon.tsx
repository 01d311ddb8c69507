import type { VNode } from 'preact';

/** Strokes on a square of 16. */
const PATHS = {
  alert: 'M8 2.5 14 13H2zM8 6.5V9M8 11.2v.1',
  arrow: 'M3 8h10M9.5 4.5 13 8l-3.5 3.5',
  check: 'M3 8.5 6.5 12 13 4.5',
  clock: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 5v3l2 1.5',
  dashboard: 'M2.5 2.5H7V7H2.5zM9 2.5h4.5V7H9zM2.5 9H7v4.5H2.5zM9 9h4.5v4.5H9z',
  docs: 'M4 2.5h5.5l3 3v8H4zM6.2 8h3.6M6.2 10.7h3.6',
  keys: 'M10.5 2.5a3 3 0 1 1-2.5 4.7L3 12.2v1.3h2.2V12h1.5v-1.5l1.5-1.5',
  logs: 'M3 4h10M3 8h10M3 12h6',
  people: 'M8 7.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM3 13.5c.5-2.5 2.5-4 5-4s4.5 1.5 5 4',
  plus: 'M8 3v10M3 8h10',
  webhooks: 'M9.5 2.5h4v4M13.5 2.5 7.5 8.5M11.5 9v4.5h-9v-9H7',
} as const;

export type IconName = keyof typeof PATHS;

/** Says nothing that is not said beside it. */
export function Icon({ name }: { name: IconName }): VNode {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path
        d={PATHS[name]}
        fill="none"
        stroke="currentColor"
        stroke-width="1.4"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}
