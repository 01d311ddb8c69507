// For everyone who refuses a request.
export { problem, Problem, type FieldError, type ProblemBody, type ProblemOptions } from './problem.js';
export { CATALOGUE, PROBLEM_CODES, problemSlug, type ProblemCode } from './catalogue.js';
export { type ProblemType } from './catalogue/problem-type.js';
// For whoever describes a route.
export { ApiProblems } from './api-problems.decorator.js';
export { ProblemDto } from './problem.dto.js';
export { EVERYWHERE, problemResponses } from './problem-responses.js';
// For whoever sets the application up.
export { ProblemFilter, type ProblemReply, type ProblemRequest } from './problem.filter.js';
export { problemOf } from './problem-of.js';
