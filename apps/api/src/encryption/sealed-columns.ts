/** A column of type bytea whose values are envelopes, in a table whose primary key is the uuid `id` unless it is passing. */
export interface SealedColumn {
  /** What its values are for: part of the key they are sealed with. Never changed, never used twice. */
  readonly purpose: string;
  readonly table: string;
  readonly column: string;
  /** Sealed with a client's key too and wiped within minutes: counted, and neither re-sealed nor waited for. */
  readonly isPassing?: true;
}

/**
 * Every sealed column of the product. What stands here is re-sealed when the master key changes and counted at every
 * start; a test holds the list against the schema. A column is named here before anything is sealed for it.
 */
export const SEALED_COLUMNS = {
  secretMeta: { purpose: 'secret_meta', table: 'api_keys', column: 'secret_meta' },
  logSigningKey: { purpose: 'log_signing_key', table: 'audit_tree', column: 'signing_key' },
  keptAnswer: { purpose: 'kept_answer', table: 'kept_answers', column: 'answer', isPassing: true },
  waitingSecret: { purpose: 'waiting_secret', table: 'waiting_secrets', column: 'sealed' },
  webhookSecret: { purpose: 'webhook_secret', table: 'webhook_secrets', column: 'sealed' },
} as const satisfies Record<string, SealedColumn>;

export const ALL_COLUMNS: readonly SealedColumn[] = Object.values(SEALED_COLUMNS);

/** Those whose values stay, and are sealed anew when the master key changes. */
export const LASTING_COLUMNS = ALL_COLUMNS.filter(({ isPassing }) => !isPassing);

/** In SQL, the id of the master key that sealed a value: an envelope says it in its second to ninth byte. */
export function sealingKeyId({ column }: SealedColumn): string {
  return `encode(substring(${column} from 2 for 8), 'hex')`;
}
