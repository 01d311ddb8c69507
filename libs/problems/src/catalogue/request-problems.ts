import { type ProblemType } from './problem-type.js';

/** What can be wrong with any request, whoever sends it, and with the server that answers it. */
export const REQUEST_PROBLEMS = {
  BAD_REQUEST: {
    status: 400,
    title: 'Bad request',
    meaning: 'The request could not be understood.',
    remedy: 'Compare the request with the API description and send it again.',
  },
  MALFORMED_JSON: {
    status: 400,
    title: 'Malformed JSON',
    meaning: 'The body is not one JSON document in UTF-8.',
    remedy: 'Send valid JSON (RFC 8259) without a byte order mark.',
  },
  DUPLICATE_MEMBER: {
    status: 400,
    title: 'Duplicate JSON member',
    meaning: 'An object in the body has two members of the same name, so its readers could disagree about the value.',
    remedy: 'Send each member once.',
  },
  TOO_DEEP: {
    status: 400,
    title: 'JSON nested too deeply',
    meaning: 'The body nests objects and arrays more than 32 levels deep.',
    remedy: 'Flatten the document.',
  },
  TOO_MANY_MEMBERS: {
    status: 400,
    title: 'Too many JSON members',
    meaning: 'An object or array in the body has more than 1,000 members.',
    remedy: 'Split the request into several smaller ones.',
  },
  UNSAFE_NUMBER: {
    status: 400,
    title: 'Number out of range',
    meaning: 'A number in the body cannot be stored exactly as it was written.',
    remedy: 'Keep integers within 2^53 and fractions within double precision, or send the value as a string.',
  },
  UNSAFE_MEMBER: {
    status: 400,
    title: 'Reserved JSON member name',
    meaning: 'An object in the body uses a member name that programs could mistake for part of their own machinery.',
    remedy: 'Rename the member: the names of prototype accessors of JavaScript are refused.',
  },
  INVALID_TEXT: {
    status: 400,
    title: 'Invalid text',
    meaning: 'The request contains text that is not valid Unicode, or a NUL character.',
    remedy: 'Remove NUL characters and unpaired surrogates, and encode text as UTF-8.',
  },
  REPEATED_PARAMETER: {
    status: 400,
    title: 'Repeated query parameter',
    meaning: 'A query parameter is given more than once.',
    remedy: 'Give each parameter once.',
  },
  KEY_IN_QUERY: {
    status: 400,
    title: 'API key in the URL',
    meaning: 'The URL carries an API key, and URLs end up in logs and browser histories.',
    remedy: 'Send the key in the X-API-Key header instead, and rotate the key that was sent.',
  },
  NOT_FOUND: {
    status: 404,
    title: 'Not found',
    meaning: 'There is nothing here, or nothing that you may see.',
    remedy: 'Check the path and the id, and that you are signed in as the right user.',
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    title: 'Method not allowed',
    meaning: 'This path does not answer to this method.',
    remedy: 'Use one of the methods named in the Allow header.',
  },
  REQUEST_TIMEOUT: {
    status: 408,
    title: 'Request timeout',
    meaning: 'The request did not arrive in full in time.',
    remedy: 'Send it again on a faster connection.',
  },
  CONFLICT: {
    status: 409,
    title: 'Conflict',
    meaning: 'The request does not fit the current state of the object.',
    remedy: 'Read the object again and decide anew.',
  },
  PRECONDITION_FAILED: {
    status: 412,
    title: 'Precondition failed',
    meaning: 'The object has changed since you read it.',
    remedy: 'Read it again, and repeat the change with its new ETag in If-Match.',
  },
  BODY_TOO_LARGE: {
    status: 413,
    title: 'Body too large',
    meaning: 'The body is larger than 256 KiB.',
    remedy: 'Split the request into several smaller ones.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    title: 'Unsupported media type',
    meaning: 'The body is not declared as JSON.',
    remedy: 'Send JSON, with the header Content-Type: application/json and no Content-Encoding.',
  },
  VALIDATION_FAILED: {
    status: 422,
    title: 'Validation failed',
    meaning: 'The request is well formed, but some of its fields are not acceptable.',
    remedy: 'Correct the fields listed in errors.',
  },
  TOO_MANY_REQUESTS: {
    status: 429,
    title: 'Too many requests',
    meaning: 'There were too many attempts from this address or on this account.',
    remedy: 'Wait for the number of seconds given in the Retry-After header.',
  },
  HEADERS_TOO_LARGE: {
    status: 431,
    title: 'Request headers too large',
    meaning: 'The request line and headers together are larger than 16 KiB.',
    remedy: 'Send fewer or shorter headers; in a browser, clear the cookies of this site.',
  },
  INTERNAL_ERROR: {
    status: 500,
    title: 'Internal error',
    meaning: 'The server failed in a way it did not expect.',
    remedy: 'Try again later; if it stays, give the operator the request id in instance.',
  },
  SERVICE_UNAVAILABLE: {
    status: 503,
    title: 'Service unavailable',
    meaning: 'The server cannot do this right now.',
    remedy: 'Send the request again after the number of seconds given in the Retry-After header.',
  },
} as const satisfies Record<string, ProblemType>;
