/** A column of type bytea whose values are envelopes, in a table whose primary key is the uuid `id`. */
export interface SealedColumn {
  /** What its values are for: part of the key they are sealed with. Never changed, never used twice. */
  readonly purpose: string;
  readonly table: string;
  readonly column: string;
}

/**
 * Every sealed column of the product. What stands here is re-sealed when the master key changes and counted at every
 * start; a test holds the list against the schema. A column is named here before anything is sealed for it.
 */
export const SEALED_COLUMNS = {
  secretMeta: { purpose: 'secret_meta', table: 'api_keys', column: 'secret_meta' },
} as const satisfies Record<string, SealedColumn>;
