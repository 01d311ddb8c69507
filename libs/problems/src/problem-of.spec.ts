import { BadGatewayException, HttpException, InternalServerErrorException, NotFoundException } from '@nestjs/common';
import { problem } from './problem.js';
import { problemOf } from './problem-of.js';

const SECRET = 'select * from users where email = $1 at /srv/app/main.js';

function failure(fields: Record<string, unknown>): Error {
  return Object.assign(new Error(SECRET), fields);
}

describe('what was thrown becomes a problem', () => {
  it('keeps a problem as it is', () => {
    const refusal = problem('LAST_ADMIN');
    expect(problemOf(refusal)).toBe(refusal);
  });

  it.each([
    [new NotFoundException(SECRET), 'NOT_FOUND'],
    [new HttpException(SECRET, 418), 'BAD_REQUEST'],
    [new InternalServerErrorException(SECRET), 'INTERNAL_ERROR'],
    [new BadGatewayException(SECRET), 'INTERNAL_ERROR'],
    [
      new HttpException(SECRET, 400, { cause: failure({ code: 'FST_ERR_CTP_EMPTY_JSON_BODY', statusCode: 400 }) }),
      'MALFORMED_JSON',
    ],
  ])('maps the exception of Nest %#', (error, code) => {
    expect(problemOf(error).code).toBe(code);
  });

  it.each([
    ['FST_ERR_CTP_BODY_TOO_LARGE', 413, 'BODY_TOO_LARGE'],
    ['FST_ERR_CTP_INVALID_MEDIA_TYPE', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['FST_ERR_MAX_PARAM_LENGTH', 414, 'BAD_REQUEST'],
    ['FST_ERR_CTP_INVALID_JSON_BODY', 400, 'MALFORMED_JSON'],
    ['FST_ERR_BAD_URL', 400, 'INVALID_TEXT'],
    ['FST_ERR_HANDLER_TIMEOUT', 503, 'SERVICE_UNAVAILABLE'],
    ['FST_ERR_REP_INVALID_PAYLOAD_TYPE', 500, 'INTERNAL_ERROR'],
  ])('maps %s of Fastify', (code, statusCode, expected) => {
    expect(problemOf(failure({ code, statusCode })).code).toBe(expected);
  });

  it.each(['57014', '40001', '40P01', '53300', '08006', '57P01', '25006', 'ECONNREFUSED'])(
    'asks the client to come back when the database says %s',
    (code) => {
      const wrapped = failure({ driverError: failure({ code }), query: SECRET });
      expect(problemOf(wrapped).code).toBe('SERVICE_UNAVAILABLE');
      expect(problemOf(failure({ code })).headers['retry-after']).toBe('2');
    },
  );

  it('asks the client to come back when the connection broke without a code', () => {
    expect(problemOf(new Error('Connection terminated unexpectedly')).code).toBe('SERVICE_UNAVAILABLE');
  });

  it.each(['23505', '42P01', '22021', 'ENOENT'])('calls %s a mistake of ours', (code) => {
    expect(problemOf(failure({ driverError: failure({ code }) })).code).toBe('INTERNAL_ERROR');
  });

  it.each([
    failure({}),
    failure({ statusCode: 400 }),
    failure({ code: '23505', detail: SECRET }),
    new NotFoundException(SECRET),
    SECRET,
    { message: SECRET },
    null,
    undefined,
  ])('never says what was thrown: %#', (error) => {
    const refusal = problemOf(error);
    expect(JSON.stringify(refusal.body('0192'))).not.toContain('select');
    expect(JSON.stringify(refusal.headers)).not.toContain('select');
  });
});
