import { Injectable, Param, type PipeTransform } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import { problem } from '#problems';

/** The id in a path, in lower case: `@PathId() id: string`. */
export function PathId(name = 'id', description = 'Id of what is meant.'): ParameterDecorator {
  return (target, method, index) => {
    if (method === undefined) throw new Error('@PathId() belongs to a parameter of a route');
    const route = Object.getOwnPropertyDescriptor(target, method);
    if (!route) throw new Error('@PathId() belongs to a parameter of a route');
    Param(name, UuidPipe)(target, method, index);
    ApiParam({ name, description, schema: { type: 'string', format: 'uuid', example: EXAMPLE } })(
      target,
      method,
      route,
    );
  };
}

/** What is not a UUID names nothing, and so is answered like an id that does not exist. */
@Injectable()
export class UuidPipe implements PipeTransform<unknown, string> {
  transform(value: unknown): string {
    if (typeof value !== 'string' || !UUID.test(value)) throw problem('NOT_FOUND');
    return value.toLowerCase();
  }
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const EXAMPLE = '0198f0c4-7d5e-7a31-9d2f-1c2b3a4d5e6f';
