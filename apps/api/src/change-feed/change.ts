/** What is told of when it changes, whoever changed it. The names stand in the triggers that tell it. */
export const CHANGE_KINDS = ['key', 'user'] as const;

export type ChangeKind = (typeof CHANGE_KINDS)[number];

export interface Change {
  readonly kind: ChangeKind;
  /** Null: any of them may have changed. */
  readonly id: string | null;
}

/** What there is to tell where something may have been missed. */
export const EVERYTHING: readonly Change[] = CHANGE_KINDS.map((kind) => ({ kind, id: null }));

/** Reads what a trigger sent along with its notification: the kind, and the id unless all are meant. */
export function changeOfPayload(payload: string): Change {
  const [kind, id] = payload.split(' ');
  return { kind: kind as ChangeKind, id: id ?? null };
}
