import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { registerDecorator } from 'class-validator';
import { EMAIL_BYTES_MAX, parseEmail, parseUsername, USERNAME_PATTERN } from './identity.js';
import { PASSWORD_LENGTH, passwordWeakness } from './password-policy.js';

/** A field that holds an e-mail address, in any spelling. */
export const IsEmailAddress = (api: ApiPropertyOptions = {}) =>
  applyDecorators(
    ApiProperty({ ...api, format: 'email', minLength: 6, maxLength: EMAIL_BYTES_MAX }),
    check((value) => (typeof value === 'string' && parseEmail(value) ? undefined : 'must be an e-mail address')),
  );

/** A field that holds a username. */
export const IsUsername = (api: ApiPropertyOptions = {}) =>
  applyDecorators(
    ApiProperty({ ...api, pattern: USERNAME_PATTERN.source, minLength: 3, maxLength: 50 }),
    check((value) =>
      typeof value === 'string' && parseUsername(value)
        ? undefined
        : 'must be 3 to 50 letters, digits and underscores of the ASCII alphabet',
    ),
  );

/** A field that holds a password its owner chooses now; the e-mail address and username beside it must not give it away. */
export const IsNewPassword = () =>
  applyDecorators(
    ApiProperty({ format: 'password', minLength: PASSWORD_LENGTH.min, maxLength: PASSWORD_LENGTH.max }),
    check(async (value, { email, username }) =>
      typeof value === 'string' ? passwordWeakness(value, [email, username].filter(isText)) : 'must be a string',
    ),
  );

type Fault = string | undefined;

/** `fault` answers with what is wrong, as a sentence part after the field's name, or undefined. */
function check(
  fault: (value: unknown, siblings: Record<string, unknown>) => Fault | Promise<Fault>,
): PropertyDecorator {
  const faults = new WeakMap<object, string>();
  return (target, property) => {
    registerDecorator({
      name: 'isAcceptable',
      target: target.constructor,
      propertyName: String(property),
      async: true,
      validator: {
        validate: async (value, about) => {
          const object = about?.object ?? {};
          const found = await fault(value, object as Record<string, unknown>);
          if (found !== undefined) faults.set(object, found);
          return found === undefined;
        },
        defaultMessage: (about) => `$property ${faults.get(about?.object ?? {}) ?? 'is not acceptable'}`,
      },
    });
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
