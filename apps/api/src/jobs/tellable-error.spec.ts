import { tellableError } from './tellable-error.js';

describe('what is told of a failed job', () => {
  it.each([
    [
      'duplicate key value violates unique constraint "api_keys_pkey"',
      'duplicate key value violates unique constraint …',
    ],
    ['invalid input syntax for type uuid: "SecurePass123!"', 'invalid input syntax for type uuid: …'],
    ["ENOENT: no such file or directory, open '/data/spool/1.spool'", 'ENOENT: no such file or directory, open …'],
    ['EACCES: permission denied, /var/lib/akm/pgdata', 'EACCES: permission denied, …'],
    ['connect ECONNREFUSED 10.0.0.5:5432', 'connect ECONNREFUSED …'],
    ['connect ECONNREFUSED postgres:5432', 'connect ECONNREFUSED …'],
    ['cannot reach postgres://akm:hunter2@db/akm', 'cannot reach …'],
    ['at SELECT secret FROM users WHERE id = 1', 'at …'],
    ['token 4fT9KxQ2mBv7Ls0Zp8RwYc3HdJ6NgUeA was refused', 'token … was refused'],
  ])('leaves out of "%s" what only the log is for', (text, told) => {
    expect(tellableError(text)).toBe(told);
  });

  it.each([
    'key 0198f0c4-7d5e-7a31-9d2f-1c2b3a4d5e6f: it broke',
    'Query read timeout',
    'canceling statement due to statement timeout',
    'first failure\nsecond failure',
  ])('keeps the words: %s', (text) => {
    expect(tellableError(text)).toBe(text);
  });
});
