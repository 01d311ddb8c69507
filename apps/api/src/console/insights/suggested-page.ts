import type { SuggestedCallDto } from '../../insights/request-explanation.dto.js';

/** The page on which somebody does what a call of the API would do. */
export interface SuggestedPage {
  readonly label: string;
  readonly href: string;
}

export function pageFor({ method, path }: Pick<SuggestedCallDto, 'method' | 'path'>): SuggestedPage {
  const [, id, action = ''] = KEY_PATH.exec(path) ?? [];
  if (id === undefined) return { label: 'Look at the keys', href: '/dashboard/keys' };
  const key = `/dashboard/keys/${id}`;
  if (action === 'rotate') return { label: 'Rotate the key', href: `${key}/rotate` };
  if (action === 'revoke' || method === 'DELETE') return { label: 'Revoke the key', href: `${key}/revoke` };
  if (method === 'PUT') return { label: 'Edit the key', href: `${key}/edit` };
  return { label: 'Open the key', href: key };
}

const KEY_PATH = /^\/api\/v1\/keys\/([0-9a-f-]{36})(?:\/([\w-]+))?$/;
