import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { registerDecorator, type ValidationOptions } from 'class-validator';
import { isPermission, PERMISSION_LENGTH_MAX } from '#domain';
import { canonicalRange } from './address-range.js';

/** `read`, `write`, `delete`, `admin`, or a scope such as `invoices.send`, `akm:keys:read`, `invoices.*`. */
export const IsPermission = (options?: ValidationOptions) =>
  check('isPermission', (value) => typeof value === 'string' && isPermission(value), PERMISSION_MESSAGE, options, {
    maxLength: PERMISSION_LENGTH_MAX,
  });

/** An IPv4 or IPv6 address, or a CIDR range of either. */
export const IsAddressRange = (options?: ValidationOptions) =>
  check(
    'isAddressRange',
    (value) => typeof value === 'string' && canonicalRange(value) !== null,
    RANGE_MESSAGE,
    options,
    { maxLength: RANGE_LENGTH_MAX },
  );

/** A JSON object of at most so many bytes of UTF-8. */
export const IsJsonObject = (maxBytes: number, options?: ValidationOptions) =>
  check(
    'isJsonObject',
    (value) =>
      typeof value === 'object' &&
      value !== null &&
      !Array.isArray(value) &&
      Buffer.byteLength(JSON.stringify(value)) <= maxBytes,
    `$property must be a JSON object of at most ${maxBytes} bytes`,
    options,
    { type: 'object', additionalProperties: true, maxProperties: 1000 },
  );

/**
 * Text that shows as it is: no control characters, and none of the marks that make what follows read backwards
 * (Unicode bidirectional overrides and isolates, UAX #9).
 */
export const IsPlainText = ({ multiline = false, ...options }: ValidationOptions & { multiline?: boolean } = {}) =>
  check(
    'isPlainText',
    (value) =>
      typeof value === 'string' &&
      (value === '' || SEEN.test(value)) &&
      !(multiline ? UNSEEN_IN_LINES : UNSEEN).test(value),
    `${options.each ? 'each value in ' : ''}$property must be visible text without control characters`,
    options,
  );

/** An instant of RFC 3339 with its offset: `2026-12-31T23:59:59Z`. A date that does not exist is none. */
export const IsInstant = (options?: ValidationOptions) =>
  check(
    'isInstant',
    (value) => typeof value === 'string' && isInstant(value),
    '$property must be a time such as 2026-12-31T23:59:59Z (RFC 3339)',
    options,
    { format: 'date-time' },
  );

const PERMISSION_MESSAGE =
  'each value in $property must be read, write, delete, admin or a scope such as invoices.send, akm:keys:read or invoices.*';
const RANGE_MESSAGE =
  'each value in $property must be an IP address or a CIDR range such as 10.0.0.0/8 or 2001:db8::/32';
/** The longest spelling of an IPv6 address, and its prefix length. */
const RANGE_LENGTH_MAX = 49;
/** Something that leaves a mark (how much of it there must be is said by the length): neither space nor a character that only formats others. */
const SEEN = /[^\s\p{Cf}]/u;
const UNSEEN = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;
const UNSEEN_IN_LINES = /(?![\n\r\t])[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;
const RFC_3339 = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

/** Date.parse takes the 30th of February for the 2nd of March. */
function isInstant(text: string): boolean {
  const day = RFC_3339.exec(text)?.[1];
  if (day === undefined || Number.isNaN(Date.parse(text))) return false;
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
}

/** `holds` tells the API description what the check lets through. */
function check(
  name: string,
  validate: (value: unknown) => boolean,
  message: string,
  options: ValidationOptions = {},
  holds?: ApiPropertyOptions,
): PropertyDecorator {
  return (target, propertyName) => {
    registerDecorator({
      name,
      target: target.constructor,
      propertyName: String(propertyName),
      options: { message, ...options },
      validator: { validate },
    });
    if (holds) ApiProperty(holds)(target, propertyName);
  };
}
