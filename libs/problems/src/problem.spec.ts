import { CATALOGUE, PROBLEM_CODES } from './catalogue.js';
import { problem } from './problem.js';

describe('a problem', () => {
  it('has the members of RFC 9457 and the stable code', () => {
    expect(problem('KEY_STATE_CONFLICT', { detail: 'The key is revoked.' }).body('0192')).toEqual({
      type: '/problems/key-state-conflict',
      title: 'Not possible in this state',
      status: 409,
      detail: 'The key is revoked.',
      instance: '0192',
      code: 'KEY_STATE_CONFLICT',
    });
  });

  it('lists the fields that are wrong', () => {
    const errors = [{ field: 'rotation.every_days', message: 'must be at least 1' }];
    expect(problem('VALIDATION_FAILED', { errors }).body('0192').errors).toEqual(errors);
  });

  it.each(PROBLEM_CODES)('%s says what to do when nothing more is known', (code) => {
    expect(problem(code).detail).toBe(`${CATALOGUE[code].meaning} ${CATALOGUE[code].remedy}`);
  });

  it.each(PROBLEM_CODES.filter((code) => CATALOGUE[code].status === 401))('%s challenges the client', (code) => {
    expect(problem(code).headers['www-authenticate']).toMatch(/^(Bearer|ApiKey) realm="akm"$/);
  });

  it('is never cached, and tells a client when to come back', () => {
    expect(problem('SERVICE_UNAVAILABLE').headers).toMatchObject({ 'cache-control': 'no-store', 'retry-after': '2' });
    expect(problem('SERVICE_UNAVAILABLE', { headers: { 'retry-after': '30' } }).headers['retry-after']).toBe('30');
  });
});
