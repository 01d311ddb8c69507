import { Logger } from '@nestjs/common';
import { problem } from './problem.js';
import { ProblemFilter, type ProblemReply } from './problem.filter.js';

/** Records what would go out. */
class RecordedReply implements ProblemReply {
  sent = false;
  isDestroyed = false;
  status = 0;
  sentHeaders: Record<string, string> = {};
  payload = '';
  readonly raw = { headersSent: false, destroy: () => (this.isDestroyed = true) };

  code(status: number): void {
    this.status = status;
  }

  headers(headers: Readonly<Record<string, string>>): void {
    this.sentHeaders = { ...headers };
  }

  send(payload: Buffer): void {
    this.payload = payload.toString();
    this.sent = true;
  }
}

describe('the problem filter', () => {
  const errors = jest.spyOn(Logger.prototype, 'error').mockImplementation();
  const warnings = jest.spyOn(Logger.prototype, 'warn').mockImplementation();
  const filter = new ProblemFilter();
  let reply: RecordedReply;

  beforeEach(() => {
    jest.clearAllMocks();
    reply = new RecordedReply();
  });

  it('answers with the problem as application/problem+json', () => {
    filter.answer(problem('METHOD_NOT_ALLOWED', { headers: { allow: 'GET, HEAD' } }), { id: '0192' }, reply);
    expect(reply.status).toBe(405);
    expect(reply.sentHeaders).toEqual({
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      allow: 'GET, HEAD',
    });
    expect(JSON.parse(reply.payload)).toMatchObject({ code: 'METHOD_NOT_ALLOWED', instance: '0192' });
    expect(errors).not.toHaveBeenCalled();
    expect(warnings).not.toHaveBeenCalled();
  });

  it('logs an unknown failure with its request id, and answers without a word of it', () => {
    filter.answer(new Error('relation "users" does not exist'), { id: '0192' }, reply);
    expect(reply.status).toBe(500);
    expect(reply.payload).not.toContain('relation');
    expect(errors).toHaveBeenCalledWith(expect.stringMatching(/request 0192 failed: Error: relation "users"/));
  });

  it('only warns when the database is away', () => {
    filter.answer(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }), { id: '0192' }, reply);
    expect(reply.status).toBe(503);
    expect(warnings).toHaveBeenCalledTimes(1);
    expect(errors).not.toHaveBeenCalled();
  });

  it('cuts the connection when half an answer is out, so that it cannot pass for a whole one', () => {
    reply.raw.headersSent = true;
    filter.answer(new Error('late'), { id: '0192' }, reply);
    expect(reply.isDestroyed).toBe(true);
    expect(reply.payload).toBe('');
  });
});
