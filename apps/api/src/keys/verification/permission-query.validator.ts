import { registerDecorator, type ValidationArguments } from 'class-validator';
import { allOf, isPermission, parseQuery, type PermissionQuery } from '#domain';

const LIST_MAX = 100;

/** A list of permissions, or a query that parses; the message says what is wrong, and where. */
export function IsPermissionQuery(): PropertyDecorator {
  return (target, propertyName) => {
    registerDecorator({
      name: 'isPermissionQuery',
      target: target.constructor,
      propertyName: String(propertyName),
      validator: {
        validate: isPermissionQuery,
        defaultMessage: ({ property, value }: ValidationArguments) => `${property} ${fault(value) ?? ''}`,
      },
    });
  };
}

export function isPermissionQuery(value: unknown): value is string | string[] {
  return fault(value) === null;
}

/** The query of a validated field; undefined asks for nothing. */
export function permissionQueryOf(permissions: string | string[] | null | undefined): PermissionQuery | undefined {
  if (permissions === undefined || permissions === null) return undefined;
  if (typeof permissions !== 'string') return allOf(permissions);
  const parsed = parseQuery(permissions);
  if ('query' in parsed) return parsed.query;
  throw new Error('a query that was not validated');
}

function fault(value: unknown): string | null {
  if (typeof value === 'string') {
    const parsed = parseQuery(value);
    return 'query' in parsed ? null : `cannot be read at position ${parsed.position}: ${parsed.error}`;
  }
  if (!Array.isArray(value) || value.length > LIST_MAX)
    return `must be a query or a list of at most ${LIST_MAX} permissions`;
  const bad = value.findIndex((item) => typeof item !== 'string' || !isPermission(item));
  return bad === -1 ? null : `has something at index ${bad} that is not a permission`;
}
