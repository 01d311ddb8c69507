import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsInt, Max, Min } from 'class-validator';

/** A field of a body that is a whole number within these bounds. TypeScript's `number` alone is described with fractions. */
export const IsWholeNumber = (minimum: number, maximum: number) =>
  applyDecorators(IsInt(), Min(minimum), Max(maximum), ApiProperty({ type: 'integer', minimum, maximum }));
