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
    hint: 'Sees the own keys and webhooks, their log and alerts. Changes nothing.',
  },
  { value: 'developer', label: 'developer', hint: 'Makes and manages the own keys and webhooks.' },
  { value: 'admin', label: 'admin', hint: 'Everything of everybody: keys, people, webhooks, log and jobs.' },
];
