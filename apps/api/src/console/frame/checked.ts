import type { Type } from '@nestjs/common';
import { validationPipe } from '../../http/validation.pipe.js';

const pipe = validationPipe();

/**
 * What somebody filled in, checked as the same fields of the API are.
 * @throws Problem VALIDATION_FAILED with everything that is wrong.
 */
export async function checked<T extends object>(dto: Type<T>, fields: Readonly<Record<string, unknown>>): Promise<T> {
  return (await pipe.transform({ ...fields }, { type: 'body', metatype: dto })) as T;
}
