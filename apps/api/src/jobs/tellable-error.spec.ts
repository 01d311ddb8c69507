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
    ['connect ECONNREFUSED ::1:5432', 'connect ECONNREFUSED …'],
    ['connect ECONNREFUSED [2001:db8::7]:5432', 'connect ECONNREFUSED …'],
    ['connect ETIMEDOUT 2001:db8:0:1:2:3:4:5:5432', 'connect ETIMEDOUT …'],
    ['connect ETIMEDOUT ::ffff:10.0.0.5:5432', 'connect ETIMEDOUT …'],
    ['connect ECONNREFUSED fe80::1%eth0:5432 - Local', 'connect ECONNREFUSED … - Local'],
    ['getaddrinfo ENOTFOUND db.internal.corp', 'getaddrinfo ENOTFOUND …'],
    ['getaddrinfo EAI_AGAIN postgres', 'getaddrinfo EAI_AGAIN …'],
    ['certificate is not for db-1.internal.corp.', 'certificate is not for ….'],
    ['Key (email)=(ada@example.com) already exists.', 'Key … already exists.'],
    ['Key (lower(name), id)=(Ada (the first), 7) already exists.', 'Key … already exists.'],
    ['Failing row contains (7, Ada, null).', 'Failing row contains ….'],
    ['no mailbox for ada@example.com', 'no mailbox for …'],
    ['cannot reach postgres://akm:hunter2@db/akm', 'cannot reach …'],
    ['at SELECT secret FROM users WHERE id = 1', 'at …'],
    ['token 4fT9KxQ2mBv7Ls0Zp8RwYc3HdJ6NgUeA was refused', 'token … was refused'],
  ])('leaves out of "%s" what only the log is for', (text, told) => {
    expect(tellableError(text)).toBe(told);
  });

  it.each([
    'key 0198f0c4-7d5e-7a31-9d2f-1c2b3a4d5e6f: it broke',
    'Query read timeout',
    'column x::text took 3.5 of 1.25 s. Then nothing',
    'canceling statement due to statement timeout',
    'first failure\nsecond failure',
  ])('keeps the words: %s', (text) => {
    expect(tellableError(text)).toBe(text);
  });
});
