import type { Role } from '../../access/role.js';

interface RoleInWords {
  readonly value: Role;
  readonly label: string;
  readonly hint: string;
}

/** What a role lets people do, the least first. */
export const ROLES_IN_WORDS: readonly RoleInWords[] = [
  {
    value: 'readonly',
    label: 'readonly',
    hint: 'Sees their own keys and webhooks, with their log and alerts. Changes nothing.',
  },
  { value: 'developer', label: 'developer', hint: 'Makes and manages their own keys and webhooks.' },
  { value: 'admin', label: 'admin', hint: 'Everything of everybody: keys, people, webhooks, log and jobs.' },
];
