import { Injectable, type PipeTransform } from '@nestjs/common';
import { problem } from '#problems';

/**
 * The id in a path, in lower case. What is not a UUID names nothing, and so is answered like an id that does not exist:
 * `@Param('id', UuidPipe) id: string`.
 */
@Injectable()
export class UuidPipe implements PipeTransform<unknown, string> {
  transform(value: unknown): string {
    if (typeof value !== 'string' || !UUID.test(value)) throw problem('NOT_FOUND');
    return value.toLowerCase();
  }
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
