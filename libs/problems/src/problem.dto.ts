import { ApiProperty } from '@nestjs/swagger';
import { PROBLEM_CODES, type ProblemCode } from './catalogue.js';

export class FieldErrorDto {
  @ApiProperty({ description: 'Dotted path of the field.', maxLength: 255, example: 'allowed_ips.2' })
  field: string;

  @ApiProperty({ maxLength: 1000, example: 'allowed_ips.2 must be an IP address' })
  message: string;
}

/** RFC 9457, with a stable `code` and, for validation, every bad field. */
export class ProblemDto {
  @ApiProperty({
    format: 'uri-reference',
    maxLength: 255,
    example: '/problems/not-found',
    description: 'Page that explains the problem.',
  })
  type: string;

  @ApiProperty({ maxLength: 255, example: 'Not found' })
  title: string;

  @ApiProperty({ type: 'integer', format: 'int32', minimum: 400, maximum: 599, example: 404 })
  status: number;

  @ApiProperty({ maxLength: 4000, example: 'There is nothing here.', description: 'A sentence for a person.' })
  detail: string;

  @ApiProperty({
    maxLength: 64,
    example: '0198f0c4-7d5e-7a31-9d2f-1c2b3a4d5e6f',
    description: 'The X-Request-Id of this answer.',
  })
  instance: string;

  @ApiProperty({ enum: PROBLEM_CODES, enumName: 'ProblemCode', example: 'NOT_FOUND' })
  code: ProblemCode;

  @ApiProperty({
    type: [FieldErrorDto],
    required: false,
    maxItems: 1000,
    description: 'With VALIDATION_FAILED: every bad field.',
  })
  errors?: FieldErrorDto[];
}
