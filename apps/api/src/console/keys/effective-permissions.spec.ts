import { ROLE_SCOPES } from '../../access/role.js';
import { effectivePermissions } from './effective-permissions.js';

describe('the permissions of a key, as they count', () => {
  const of = (permission: string, owner: 'readonly' | 'developer' | 'admin') =>
    effectivePermissions([permission], owner)[0];

  it('are what was given, as far as akm is not concerned', () => {
    expect(of('invoices.*', 'readonly')).toMatchObject({ isEffective: true, means: 'everything below invoices.' });
    expect(of('read', 'readonly')).toMatchObject({ isEffective: true });
  });

  it('of akm itself end where those of the owner end', () => {
    expect(of('akm:keys:write', 'readonly')).toMatchObject({ isEffective: false });
    expect(of('akm:keys:write', 'developer')).toMatchObject({ isEffective: true, means: 'manages akm' });
    expect(of('akm:*', 'readonly')?.means).toBe(`of it, what its owner may do: ${ROLE_SCOPES.readonly.join(', ')}`);
  });
});
