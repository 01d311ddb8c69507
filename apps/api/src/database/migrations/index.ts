import { PeopleKeysAudit1763800000000 } from './1763800000000-people-keys-audit.js';

/** Every migration, oldest first. */
export const migrations = [PeopleKeysAudit1763800000000];
