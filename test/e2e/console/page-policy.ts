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

  'GET /dashboard/profile': 'readonly',
  'POST /dashboard/profile/password': 'readonly',
  'POST /dashboard/profile/sessions/{id}/end': 'readonly',

  'GET /dashboard/keys': 'readonly',
  'POST /dashboard/keys/selected': 'developer',
  'GET /dashboard/keys/revoke': 'developer',
  'POST /dashboard/keys/revoke': 'developer',
  'GET /dashboard/keys/rotate': 'developer',
  'POST /dashboard/keys/rotate': 'developer',
  'GET /dashboard/keys/rotated': 'developer',
  'GET /dashboard/keys/new': 'developer',
  'POST /dashboard/keys/new': 'developer',
  'GET /dashboard/keys/{id}': 'readonly',
  'GET /dashboard/keys/{id}/edit': 'developer',
  'POST /dashboard/keys/{id}/edit': 'developer',
  'GET /dashboard/keys/{id}/rotate': 'developer',
  'POST /dashboard/keys/{id}/rotate': 'developer',
  'POST /dashboard/keys/{id}/end-grace': 'developer',
  'POST /dashboard/keys/{id}/secret-meta': 'readonly',
  'GET /dashboard/keys/{id}/secret': 'developer',
  'POST /dashboard/keys/{id}/disable': 'developer',
  'POST /dashboard/keys/{id}/enable': 'developer',
  'GET /dashboard/keys/{id}/revoke': 'developer',
  'POST /dashboard/keys/{id}/revoke': 'developer',

  'GET /dashboard/logs': 'readonly',
  'GET /dashboard/logs/{id}': 'readonly',
  'POST /dashboard/logs/export': 'admin',
  'GET /dashboard/logs/integrity': 'admin',
  'GET /dashboard/logs/verification': 'admin',

  'GET /dashboard/people': 'admin',
  'GET /dashboard/people/new': 'admin',
  'POST /dashboard/people/new': 'admin',
  'GET /dashboard/people/{id}': 'admin',
  'GET /dashboard/people/{id}/password': 'admin',
  'POST /dashboard/people/{id}/sessions/{sid}/end': 'admin',
  'POST /dashboard/people/{id}/role': 'admin',
  'POST /dashboard/people/{id}/deactivate': 'admin',
  'POST /dashboard/people/{id}/activate': 'admin',

  'GET /dashboard/webhooks': 'readonly',
  'GET /dashboard/webhooks/new': 'developer',
  'POST /dashboard/webhooks/new': 'developer',
  'GET /dashboard/webhooks/{id}': 'readonly',
  'GET /dashboard/webhooks/{id}/edit': 'developer',
  'POST /dashboard/webhooks/{id}/edit': 'developer',
  'GET /dashboard/webhooks/{id}/secret': 'developer',
  'GET /dashboard/webhooks/{id}/change-secret': 'developer',
  'POST /dashboard/webhooks/{id}/change-secret': 'developer',
  'GET /dashboard/webhooks/{id}/delete': 'developer',
  'POST /dashboard/webhooks/{id}/delete': 'developer',
  'POST /dashboard/webhooks/{id}/test': 'developer',
  'POST /dashboard/webhooks/{id}/deliveries/{did}/replay': 'developer',

  'GET /dashboard/jobs': 'admin',

  'GET /dashboard/alerts': 'readonly',
  'GET /dashboard/alerts/{id}': 'readonly',
  'POST /dashboard/alerts/{id}/resolve': 'developer',
  'POST /dashboard/alerts/{id}/mute': 'developer',
  'POST /dashboard/alerts/{id}/confirm': 'developer',
  'POST /dashboard/alerts/{id}/undo': 'developer',
  'GET /dashboard/alerts/responses': 'admin',
  'POST /dashboard/alerts/responses': 'admin',

  'GET /dashboard/insights': 'readonly',
  'POST /dashboard/insights/{id}/narrow': 'developer',
  'GET /dashboard/why': 'readonly',
};
