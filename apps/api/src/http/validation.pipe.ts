import { ValidationPipe, type ValidationError } from '@nestjs/common';
import { redactKeys } from '#domain';
import { problem, type FieldError, type Problem } from '#problems';

/**
 * Checks bodies and queries against their DTO. Fields the DTO does not declare are refused rather than dropped: a typing
 * error in the name of a restriction must not create a key without it.
 */
export function validationPipe(): ValidationPipe {
  return new ValidationPipe({ ...VALIDATION, transform: true, exceptionFactory: validationProblem });
}

export const VALIDATION = { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true } as const;

/** All bad fields at once, up to a hundred: an answer should not be larger than what it answers. */
export function validationProblem(errors: readonly ValidationError[]): Problem {
  return problem('VALIDATION_FAILED', { errors: fieldErrors(errors, '').slice(0, FIELD_ERRORS_MAX) });
}

const FIELD_ERRORS_MAX = 100;
const TEXT_LENGTH_MAX = 200;
const HALF_A_PAIR = /[\ud800-\udbff]$/;

function fieldErrors(errors: readonly ValidationError[], parent: string): FieldError[] {
  return errors.flatMap((error) => {
    const field = parent === '' ? error.property : `${parent}.${error.property}`;
    const own = Object.values(error.constraints ?? {}).map((message) => ({ field: cut(field), message: cut(message) }));
    return [...own, ...fieldErrors(error.children ?? [], field)];
  });
}

/** Field names and the messages that repeat them are the sender's own words, and one of them may be a key. */
function cut(text: string): string {
  const kept = redactKeys(text);
  return kept.length <= TEXT_LENGTH_MAX ? kept : `${kept.slice(0, TEXT_LENGTH_MAX).replace(HALF_A_PAIR, '')}…`;
}
