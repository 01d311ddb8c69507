import { keyFields } from './key-form.js';

const fields = (form: Record<string, string | string[]>) => keyFields({ name: 'billing', ...form });

describe('the form of a key', () => {
  it('says nothing of what it leaves empty, so that the defaults of the server hold', () => {
    expect(fields({ name: ' billing ', rate_limit_per_hour: '', expires: '' })).toEqual({
      name: 'billing',
      description: null,
      environment: undefined,
      permissions: [],
      allowed_services: [],
      allowed_ips: [],
      allowed_user_agents: [],
      rate_limit_per_minute: null,
      rate_limit_per_hour: null,
      rate_limit_per_day: null,
      external_id: null,
      tags: [],
      meta: null,
      rotation: null,
    });
  });

  it('reads lists by their lines, each entry once', () => {
    expect(fields({ allowed_ips: '10.0.0.0/8\n\n 10.0.0.0/8 \n::1' })).toMatchObject({
      allowed_ips: ['10.0.0.0/8', '::1'],
    });
    const permissions = { permissions: ['read', 'write'], scopes: 'read\ninvoices.*' };
    expect(fields(permissions)).toMatchObject({ permissions: ['read', 'write', 'invoices.*'] });
  });

  it.each([
    ['30', { expires_in_days: 30 }],
    ['never', { never_expires: true }],
    ['date', { expires_at: '2027-01-02T03:04:00Z' }],
  ])('takes the expiry %s for one of the three fields of the API', (expires, said) => {
    expect(fields({ expires, expires_at: '2027-01-02T03:04' })).toMatchObject(said);
  });

  it('leaves the expiry as it is when that is asked for', () => {
    const names = Object.keys(fields({ expires: 'keep', expires_at: '2027-01-02T03:04' }));
    expect(names.filter((name) => name.startsWith('expires') || name === 'never_expires')).toEqual([]);
  });

  it.each([
    [{ has_credits: 'keep', 'credits.remaining': '5' }, {}],
    [{ has_credits: 'none' }, { credits: null }],
    [{ has_credits: 'counted', 'credits.remaining': '5' }, { credits: { remaining: 5, refill: null } }],
    [
      {
        has_credits: 'counted',
        'credits.remaining': '5',
        'credits.refill.interval': 'daily',
        'credits.refill.amount': '9',
      },
      { credits: { remaining: 5, refill: { amount: 9, interval: 'daily' } } },
    ],
  ])('says of credits what was chosen, and nothing else: %j', (form, said) => {
    const { credits } = fields(form);
    expect({ credits }).toEqual({ credits: undefined, ...said });
  });

  it.each([
    [{ secret_meta: '' }, undefined],
    [{ secret_meta: '{"crm":"t0ps3cret"}' }, { crm: 't0ps3cret' }],
    [{ secret_meta: '{"crm":"t0ps3cret"}', secret_meta_goes: 'yes' }, null],
  ])('leaves the secret meta as it is unless there is another, or it goes: %j', (form, said) => {
    expect(fields(form)['secret_meta']).toEqual(said);
  });

  it('leaves what is no number to the check of the field', () => {
    expect(fields({ rate_limit_per_day: '1e3' })).toMatchObject({ rate_limit_per_day: '1e3' });
  });

  it('refuses what is not JSON where an object is asked for', () => {
    expect(() => fields({ meta: '{"plan":' })).toThrow(expect.objectContaining({ code: 'VALIDATION_FAILED' }) as Error);
  });

  it('adds the usual grace to a rotation that names none', () => {
    expect(fields({ rotate_every_days: '30' })).toMatchObject({ rotation: { every_days: 30, grace_hours: 24 } });
  });
});
