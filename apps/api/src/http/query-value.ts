import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsBoolean, IsInt } from 'class-validator';

/**
 * A DTO field that is a whole number in the query string. Only plain decimal digits are one: `0x10`, `1e1`, ` 1` and `+1`
 * stay text and fail validation, where `Number()` would have guessed.
 */
export function QueryInteger(): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' && INTEGER.test(value) ? Number(value) : value,
    ),
    IsInt({ message: '$property must be a whole number in decimal digits' }),
  );
}

/** A DTO field that is exactly `true` or `false` in the query string. */
export function QueryBoolean(): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value)),
    IsBoolean({ message: '$property must be true or false' }),
  );
}

/** Fifteen digits are always exact. */
const INTEGER = /^(?:0|-?[1-9]\d{0,14})$/;
