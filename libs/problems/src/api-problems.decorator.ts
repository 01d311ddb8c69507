import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse } from '@nestjs/swagger';
import type { ProblemCode } from './catalogue.js';
import { ProblemDto } from './problem.dto.js';
import { EVERYWHERE, problemResponses } from './problem-responses.js';

/**
 * Lists in the API description which problems a route answers with: one response a status, its codes and what they
 * mean in the description. What every route can answer (a malformed request, our own failure) is added by itself.
 */
export function ApiProblems(...codes: ProblemCode[]): MethodDecorator & ClassDecorator {
  const responses = problemResponses([...codes, ...EVERYWHERE]);
  return applyDecorators(ApiExtraModels(ProblemDto), ...responses.map((response) => ApiResponse(response)));
}
