import { ValidateIf } from 'class-validator';

/** A field of a change: absent leaves what is there, and null, which `@IsOptional()` would let pass, is refused. */
export const IsDefinedIfPresent = () => ValidateIf((_, value) => value !== undefined);
