import type { ApiKey } from '../../keys/api-key.entity.js';
import type { ApiKeyDto } from '../../keys/api-key.dto.js';
import { BUILT_IN_PERMISSIONS } from '#domain';
import { problem } from '#problems';
import { listOf, type PageForm, textOf } from '../../http/page-form.js';

/** When a key expires, by one choice: days from now, on a day, never, or as it is. */
export const EXPIRY_DAYS = [7, 30, 60, 90, 180, 365] as const;

/** The fields of the API that a filled-in form of a key says something of. What was left empty is null. */
export function keyFields(form: PageForm): Record<string, unknown> {
  return {
    name: textOf(form, 'name').trim(),
    description: textOf(form, 'description').trim() || null,
    environment: textOf(form, 'environment') || undefined,
    permissions: [...new Set([...listOf(form, 'permissions'), ...linesOf(form, 'scopes')])],
    allowed_services: linesOf(form, 'allowed_services'),
    allowed_ips: linesOf(form, 'allowed_ips'),
    allowed_user_agents: linesOf(form, 'allowed_user_agents'),
    rate_limit_per_minute: numberOf(form, 'rate_limit_per_minute'),
    rate_limit_per_hour: numberOf(form, 'rate_limit_per_hour'),
    rate_limit_per_day: numberOf(form, 'rate_limit_per_day'),
    external_id: textOf(form, 'external_id').trim() || null,
    tags: linesOf(form, 'tags'),
    meta: objectOf(form, 'meta'),
    rotation: rotationOf(form),
    ...creditsOf(form),
    ...secretMetaOf(form),
    ...expiryOf(form),
  };
}

/** A form that says of a key what is so now. A limit that follows the server's is empty, so that it goes on to do so. */
export function formOf(key: ApiKeyDto, row: ApiKey): PageForm {
  const builtIn: readonly string[] = BUILT_IN_PERMISSIONS;
  return {
    version: String(row.version),
    name: key.name,
    description: key.description ?? '',
    environment: key.environment,
    permissions: key.permissions.filter((permission) => builtIn.includes(permission)),
    scopes: key.permissions.filter((permission) => !builtIn.includes(permission)).join('\n'),
    allowed_services: key.allowed_services.join('\n'),
    allowed_ips: key.allowed_ips.join('\n'),
    allowed_user_agents: key.allowed_user_agents.join('\n'),
    rate_limit_per_minute: String(row.rateLimitPerMinute ?? ''),
    rate_limit_per_hour: String(row.rateLimitPerHour ?? ''),
    rate_limit_per_day: String(row.rateLimitPerDay ?? ''),
    external_id: key.external_id ?? '',
    tags: key.tags.join('\n'),
    meta: key.meta === null ? '' : JSON.stringify(key.meta, null, 2),
    rotate_every_days: String(key.rotation?.every_days ?? ''),
    rotation_grace_hours: String(key.rotation?.grace_hours ?? ''),
    has_credits: 'keep',
    expires: 'keep',
  };
}

function linesOf(form: PageForm, field: string): string[] {
  const lines = textOf(form, field)
    .split('\n')
    .map((line) => line.trim());
  return [...new Set(lines.filter((line) => line !== ''))];
}

/** What is not a number is left to the check of the field. */
function numberOf(form: PageForm, field: string): number | string | null {
  const text = textOf(form, field).trim();
  return text === '' ? null : /^\d+$/.test(text) ? Number(text) : text;
}

function objectOf(form: PageForm, field: string): unknown {
  const text = textOf(form, field).trim();
  if (text === '') return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    const message = `${field} must be a JSON object such as {"plan": "gold"}`;
    throw problem('VALIDATION_FAILED', { errors: [{ field, message }] });
  }
}

function rotationOf(form: PageForm): object | null {
  const every_days = numberOf(form, 'rotate_every_days');
  if (every_days === null) return null;
  return { every_days, grace_hours: numberOf(form, 'rotation_grace_hours') ?? 24 };
}

/** What is left changes with every use: a form says nothing of credits unless they are set anew. */
function creditsOf(form: PageForm): object {
  switch (textOf(form, 'has_credits')) {
    case 'none':
      return { credits: null };
    case 'counted': {
      const [remaining, amount] = [numberOf(form, 'credits.remaining'), numberOf(form, 'credits.refill.amount')];
      const interval = textOf(form, 'credits.refill.interval');
      return { credits: { remaining, refill: interval === '' ? null : { amount, interval } } };
    }
    default:
      return {};
  }
}

/** Nobody is shown what it is now, so a field that was left empty leaves it. */
function secretMetaOf(form: PageForm): object {
  if (textOf(form, 'secret_meta_goes') !== '') return { secret_meta: null };
  const secret_meta = objectOf(form, 'secret_meta');
  return secret_meta === null ? {} : { secret_meta };
}

function expiryOf(form: PageForm): object {
  const choice = textOf(form, 'expires');
  switch (choice) {
    case '':
    case 'keep':
      return {};
    case 'never':
      return { never_expires: true };
    case 'date':
      return { expires_at: `${textOf(form, 'expires_at')}:00Z` };
    default:
      return { expires_in_days: Number(choice) };
  }
}
