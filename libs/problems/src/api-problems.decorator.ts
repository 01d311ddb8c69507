import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { CATALOGUE, type ProblemCode } from './catalogue.js';
import { Problem } from './problem.js';
import { ProblemDto } from './problem.dto.js';

/**
 * Lists in the API description which problems a route answers with: one response a status, its codes and what they
 * mean in the description. What every route can answer (a malformed request, our own failure) is added by itself.
 */
export function ApiProblems(...codes: ProblemCode[]): MethodDecorator & ClassDecorator {
  const listed = [...new Set([...codes, ...ALWAYS])];
  const statuses = [...new Set(listed.map((code) => CATALOGUE[code].status))];
  const responses = statuses.map((status) => {
    const same = listed.filter((code) => CATALOGUE[code].status === status);
    return ApiResponse({
      status,
      description: same.map((code) => `\`${code}\`: ${CATALOGUE[code].meaning}`).join('\n\n'),
      content: {
        'application/problem+json': {
          schema: { $ref: getSchemaPath(ProblemDto) },
          example: exampleOf(same[0] ?? 'INTERNAL_ERROR'),
        },
      },
    });
  });
  return applyDecorators(ApiExtraModels(ProblemDto), ...responses);
}

const ALWAYS: readonly ProblemCode[] = ['BAD_REQUEST', 'INTERNAL_ERROR', 'SERVICE_UNAVAILABLE'];

function exampleOf(code: ProblemCode): object {
  return new Problem(code).body('0198f0c4-7d5e-7a31-9d2f-1c2b3a4d5e6f');
}
