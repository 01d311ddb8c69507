import { KEY_PROBLEMS } from './catalogue/key-problems.js';
import { PEOPLE_PROBLEMS } from './catalogue/people-problems.js';
import { type ProblemType } from './catalogue/problem-type.js';
import { REQUEST_PROBLEMS } from './catalogue/request-problems.js';

/** Every code that may appear as `code` in an error answer. A code, once released, keeps its meaning. */
export type ProblemCode = keyof typeof REQUEST_PROBLEMS | keyof typeof PEOPLE_PROBLEMS | keyof typeof KEY_PROBLEMS;

export const CATALOGUE: Readonly<Record<ProblemCode, ProblemType>> = {
  ...REQUEST_PROBLEMS,
  ...PEOPLE_PROBLEMS,
  ...KEY_PROBLEMS,
};

export const PROBLEM_CODES = Object.keys(CATALOGUE) as readonly ProblemCode[];

/** The last part of the URL of a code's page: `METHOD_NOT_ALLOWED` is explained at `/problems/method-not-allowed`. */
export function problemSlug(code: ProblemCode): string {
  return code.toLowerCase().replaceAll('_', '-');
}
