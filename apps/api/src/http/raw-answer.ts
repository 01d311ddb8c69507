import type { FastifyReply } from 'fastify';
import type { Problem } from '#problems';

type Headers = Readonly<Record<string, string>>;

/**
 * Ends a reply in one write, past Fastify's serialisation and its hooks for what is sent. What hooks and guards have put
 * on the reply so far goes with it.
 */
export function answerRaw(reply: FastifyReply, status: number, headers: Headers, body?: string): void {
  const all = { ...reply.getHeaders(), ...headers } as Record<string, string>;
  if (body !== undefined) all['content-length'] = String(Buffer.byteLength(body));
  reply.hijack();
  reply.raw.writeHead(status, all).end(body);
}

export function answerJson(reply: FastifyReply, headers: Headers, json: string): void {
  answerRaw(reply, 200, { ...headers, 'content-type': 'application/json; charset=utf-8' }, json);
}

/** A problem under another status than its own, for a caller that understands few. */
export function answerProblem(reply: FastifyReply, problem: Problem, status: number, headers: Headers): void {
  const body = JSON.stringify({ ...problem.body(reply.request.id), status });
  answerRaw(reply, status, { ...problem.headers, ...headers }, body);
}
