import type { Role } from '../../../apps/api/src/access/role.js';

/** What is a page, and no operation of the API. */
export const PAGES = /^(?:GET|POST) \/(?:login|register|logout|dashboard|assets)(?:\/|$)/;

/**
 * Who may open which page, and send which form: the specification, written by hand. A page that has no line here fails the
 * test of this folder.
 */
export const PAGE_POLICY: Readonly<Record<string, 'anybody' | Role>> = {
  'GET /assets/{name}': 'anybody',
  'GET /login': 'anybody',
  'POST /login': 'anybody',
  'GET /register': 'anybody',
  'POST /register': 'anybody',
  'POST /logout': 'readonly',
  'GET /dashboard': 'readonly',
  'GET /dashboard/*': 'readonly',
};
