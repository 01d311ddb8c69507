import { Injectable, Param, type PipeTransform } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import { problem } from '#problems';

/** The id of a request in a path: `@PathRequestId() requestId: string`. */
export function PathRequestId(): ParameterDecorator {
  return (target, method, index) => {
    const route = method === undefined ? undefined : Object.getOwnPropertyDescriptor(target, method);
    if (method === undefined || !route) throw new Error('@PathRequestId() belongs to a parameter of a route');
    Param('request_id', RequestIdPipe)(target, method, index);
    ApiParam({
      name: 'request_id',
      description: 'The `X-Request-Id` of its answer, or `request_id` in the body.',
      schema: { type: 'string', maxLength: 64, pattern: '^[A-Za-z0-9._-]{1,64}$', example: EXAMPLE },
    })(target, method, route);
  };
}

/** What no request is called is answered like the id of one that nobody knows. */
@Injectable()
export class RequestIdPipe implements PipeTransform<unknown, string> {
  transform(value: unknown): string {
    if (typeof value !== 'string' || !REQUEST_ID.test(value)) throw problem('NOT_FOUND');
    return value;
  }
}

/** As in http/request-id.ts. */
const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;
const EXAMPLE = '0198f0c4-3333-7a31-9d2f-1c2b3a4d5e6f';
