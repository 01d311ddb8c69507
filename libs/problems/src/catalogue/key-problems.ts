import { type ProblemType } from './problem-type.js';

/** What happens to keys: their life, and one code `API_KEY_<verdict>` for every verdict but VALID on the use of a key. */
export const KEY_PROBLEMS = {
  KEY_STATE_CONFLICT: {
    status: 409,
    title: 'Not possible in this state',
    meaning: 'The key is in a state in which it cannot be changed like this; a revoked key never can.',
    remedy: 'Read the status of the key; if it is revoked, create a new one.',
  },
  NO_SECRET_WAITING: {
    status: 404,
    title: 'No secret waiting',
    meaning: 'The new secret was picked up already, was replaced by a later one or revoked, or there never was one.',
    remedy: 'If you have not got it, rotate the key by hand: the answer shows the next secret.',
  },
  API_KEY_MISSING: {
    status: 401,
    title: 'API key missing',
    meaning: 'The request carries no API key.',
    remedy: 'Send the key in the X-API-Key header, or as Authorization: ApiKey.',
  },
  API_KEY_MALFORMED: {
    status: 401,
    title: 'API key malformed',
    meaning: 'What was sent is not an API key, or a character of it is wrong or missing.',
    remedy: 'Copy the key again, in full.',
  },
  API_KEY_NOT_FOUND: {
    status: 401,
    title: 'API key unknown',
    meaning: 'No such API key exists.',
    remedy: 'Check that the key was issued by this server.',
  },
  API_KEY_REVOKED: {
    status: 401,
    title: 'API key revoked',
    meaning: 'The API key has been revoked for good.',
    remedy: 'Ask the owner of the key for a new one.',
  },
  API_KEY_DISABLED: {
    status: 401,
    title: 'API key disabled',
    meaning: 'The API key is switched off.',
    remedy: 'Ask the owner of the key to enable it.',
  },
  API_KEY_GRACE_ENDED: {
    status: 401,
    title: 'API key rotated',
    meaning: 'The API key has been replaced, and the time to change over has ended.',
    remedy: 'Use the secret that replaced it.',
  },
  API_KEY_EXPIRED: {
    status: 401,
    title: 'API key expired',
    meaning: 'The API key has expired.',
    remedy: 'Ask the owner of the key to extend or replace it.',
  },
  API_KEY_WRONG_ENVIRONMENT: {
    status: 401,
    title: 'Wrong environment',
    meaning: 'The API key belongs to another environment.',
    remedy: 'Use the key that was made for this environment.',
  },
  API_KEY_SERVICE_NOT_ALLOWED: {
    status: 401,
    title: 'Service not allowed',
    meaning: 'The API key is not meant for this service.',
    remedy: 'Ask the owner of the key to allow the service.',
  },
  API_KEY_IP_NOT_ALLOWED: {
    status: 401,
    title: 'Address not allowed',
    meaning: 'The API key may not be used from this network address.',
    remedy: 'Ask the owner of the key to allow the address.',
  },
  API_KEY_USER_AGENT_NOT_ALLOWED: {
    status: 401,
    title: 'User agent not allowed',
    meaning: 'The API key may not be used by this client program.',
    remedy: 'Ask the owner of the key to allow the user agent.',
  },
  API_KEY_INSUFFICIENT_PERMISSIONS: {
    status: 403,
    title: 'Insufficient permissions',
    meaning: 'The API key lacks a permission that this request needs.',
    remedy: 'Ask the owner of the key to grant the permission.',
  },
  API_KEY_USAGE_EXCEEDED: {
    status: 429,
    title: 'Credits used up',
    meaning: 'The API key has no credits left.',
    remedy: 'Ask the owner of the key to add credits, or wait for the next refill.',
  },
  API_KEY_RATE_LIMITED: {
    status: 429,
    title: 'Rate limit reached',
    meaning: 'The API key has been used more often than its limits allow.',
    remedy: 'Wait for the number of seconds given in the Retry-After header.',
  },
} as const satisfies Record<string, ProblemType>;
