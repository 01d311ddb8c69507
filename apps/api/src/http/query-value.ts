import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsDate, IsInt } from 'class-validator';

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
    ApiProperty({ type: 'integer' }),
  );
}

/** A DTO field that is exactly `true` or `false` in the query string. */
export function QueryBoolean(): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value)),
    IsBoolean({ message: '$property must be true or false' }),
  );
}

/**
 * A DTO field that is a moment in the query string: RFC 3339, UTC where no offset is given, or a date, which stands for
 * the first or the last millisecond of that day in UTC.
 */
export function QueryInstant(edge: 'start' | 'end'): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' ? (instantOf(value, edge === 'start' ? DAY_START : DAY_END) ?? value) : value,
    ),
    IsDate({ message: '$property must be a time such as 2026-12-31T23:59:59Z, or a date such as 2026-12-31' }),
    // Not the format date-time, which has no dates.
    ApiProperty({ type: 'string', maxLength: 35 }),
  );
}

function instantOf(text: string, timeOfDay: string): Date | undefined {
  const [, date, time = timeOfDay, offset = 'Z'] = INSTANT.exec(text) ?? [];
  if (date === undefined) return undefined;
  // Date.parse takes 30 February for 2 March.
  const day = new Date(`${date}T00:00:00Z`);
  const instant = new Date(`${date}T${time}${offset}`);
  return isValid(day) && isValid(instant) && day.toISOString().startsWith(date) ? instant : undefined;
}

function isValid(instant: Date): boolean {
  return !Number.isNaN(instant.getTime());
}

const INSTANT = /^(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)([Zz]|[+-]\d{2}:\d{2})?)?$/;
const DAY_START = '00:00:00';
const DAY_END = '23:59:59.999';

/** Fifteen digits are always exact. */
const INTEGER = /^(?:0|-?[1-9]\d{0,14})$/;
