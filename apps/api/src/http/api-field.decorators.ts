import { ApiProperty, ApiSchema, type ApiSchemaOptions } from '@nestjs/swagger';

/*
 * What the fields of an answer hold at most, for the API description, so that a client knows what room to make. Type,
 * null, sentence and example come from the field and its comment. Fields of a request need none of this: their
 * validators say the same.
 */

/** At most so many characters. */
export const ApiText = (maxLength: number) => ApiProperty({ maxLength });

/** A list of at most so many texts, each of at most so many characters. */
export const ApiTexts = (maxItems: number, maxLength: number) => ApiProperty({ maxItems, maxLength });

/** A list of at most so many objects. */
export const ApiList = (maxItems: number) => ApiProperty({ maxItems });

/** A UUID. */
export const ApiId = () => ApiProperty({ format: 'uuid' });

/** A whole number from 0 on. */
export const ApiCount = (maximum: number = Number.MAX_SAFE_INTEGER) =>
  ApiProperty({ type: 'integer', minimum: 0, maximum });

/** What the explorer sends as it stands, for a body whose fields exclude each other. */
export const ApiExample = (example: object) => ApiSchema({ example } as ApiSchemaOptions);

/** An object whose members are up to whoever wrote it. */
export const ApiAnyObject = () => ApiProperty({ type: 'object', additionalProperties: true, maxProperties: 1000 });
