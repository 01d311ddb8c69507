import { createHash } from 'node:crypto';
import { type NoteSigner, type NoteVerifier, openNote, signNote } from './signed-note.js';

/** Entries that left the log when their time was over: what is missing there is not missed. */
export interface Retirement {
  /** Which places, as half-open ranges, in their order. */
  readonly ranges: readonly { readonly from: number; readonly to: number }[];
  /** The same as the log keeps it, `{[0,17),[20,21)}`. */
  readonly text: string;
  /** By which the log has said so itself. */
  readonly note: string;
}

/** Signs that these places are left. */
export function signRetirement(text: string, signer: NoteSigner): string {
  return signNote(statement(text, signer.verifier), signer);
}

/** Undefined for what is not a list of ranges, or not the one that the log has signed. */
export function openRetirement(text: string, note: string, verifier: NoteVerifier): Retirement | undefined {
  const opened = openNote(note, [verifier]);
  if (opened.kind !== 'verified' || opened.text !== statement(text, verifier)) return undefined;
  const ranges = [...text.matchAll(RANGE)].map(([, from, to]) => ({ from: Number(from), to: Number(to) }));
  return { ranges, text, note };
}

/** Whether a place is among them. There are as many ranges as changes were made between the uses of a day. */
export function isRetired({ ranges }: Retirement, leaf: number): boolean {
  let [low, high] = [0, ranges.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((ranges[middle]?.to ?? 0) <= leaf) low = middle + 1;
    else high = middle;
  }
  return leaf >= (ranges[low]?.from ?? Infinity);
}

const RANGE = /\[(\d+),(\d+)\)/g;

/** It reads like no checkpoint: the second line is no number. */
function statement(text: string, { name }: NoteVerifier): string {
  return `${name}\nretired\n${createHash('sha256').update(text).digest('base64')}\n`;
}
