import { getSchemaPath } from '@nestjs/swagger';
import { CATALOGUE, type ProblemCode } from './catalogue.js';
import { ProblemDto } from './problem.dto.js';
import { Problem } from './problem.js';

/** What every route can answer: a malformed request, our own failure. */
export const EVERYWHERE: readonly ProblemCode[] = ['BAD_REQUEST', 'INTERNAL_ERROR', 'SERVICE_UNAVAILABLE'];

/**
 * These problems as responses of an API description: one a status, in the order in which their codes come.
 * @param statusOf for a route that tells some of them under another status than the catalogue's.
 */
export function problemResponses(
  codes: readonly ProblemCode[],
  statusOf: (code: ProblemCode) => number = (code) => CATALOGUE[code].status,
) {
  const listed = [...new Set(codes)];
  return [...new Set(listed.map(statusOf))].map((status) => {
    const same = listed.filter((code) => statusOf(code) === status);
    return {
      status,
      description: same.map((code) => `\`${code}\`: ${CATALOGUE[code].meaning}`).join('\n\n'),
      ...(ENDS.has(status) && { headers: { 'Retry-After': RETRY_AFTER } }),
      content: {
        'application/problem+json': {
          schema: { $ref: getSchemaPath(ProblemDto) },
          ...(same[0] && { example: new Problem(same[0]).body('0198f0c4-7d5e-7a31-9d2f-1c2b3a4d5e6f') }),
        },
      },
    };
  });
}

/** Refusals that end by themselves, and say when. */
const ENDS = new Set([423, 429, 503]);

const RETRY_AFTER = {
  description: 'Whole seconds after which it is worth trying again.',
  schema: { type: 'integer' as const, minimum: 0, maximum: 31_622_400, example: 2 },
};
