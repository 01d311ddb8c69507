/**
 * Gives every text of a known format its greatest length, and every integer the bits it needs, all through an API
 * description. Both follow from what is already there.
 */
export function boundFormats(node: unknown): void {
  if (typeof node !== 'object' || node === null) return;
  if (isSchema(node)) boundSchema(node);
  for (const [name, child] of Object.entries(node)) if (!VALUES.has(name)) boundFormats(child);
}

interface Schema {
  type: string | string[];
  format?: string;
  maxLength?: number;
  maximum?: number;
}

/** Members that hold values of the API, not parts of its description. */
const VALUES = new Set(['example', 'examples', 'default', 'enum', 'const']);

/** RFC 9562; RFC 3339, with nanoseconds and an offset. */
const FORMAT_LENGTHS: Readonly<Record<string, number>> = { uuid: 36, date: 10, 'date-time': 35 };

const INT32_MAX = 2 ** 31 - 1;

function isSchema(node: object): node is Schema {
  return 'type' in node && (typeof node.type === 'string' || Array.isArray(node.type));
}

function boundSchema(schema: Schema): void {
  const types = [schema.type].flat();
  const length = FORMAT_LENGTHS[schema.format ?? ''];
  if (types.includes('string') && length !== undefined) schema.maxLength ??= length;
  if (types.includes('integer')) schema.format ??= (schema.maximum ?? Infinity) <= INT32_MAX ? 'int32' : 'int64';
}
