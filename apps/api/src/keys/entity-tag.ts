import { problem } from '#problems';

/** The ETag of a version: strong, since two answers of one version are the same key. */
export function entityTag(version: number): string {
  return `"${version}"`;
}

/**
 * The version an If-Match header demands; undefined when it is absent or `*`, which any existing key matches.
 * @throws Problem PRECONDITION_FAILED for a tag that is none of ours, weak ones included (RFC 9110 §13.1.1).
 */
export function versionOf(ifMatch: string | undefined): number | undefined {
  if (ifMatch === undefined || ifMatch === '*') return undefined;
  const version = /^"([1-9]\d{0,9})"$/.exec(ifMatch)?.[1];
  if (version === undefined) throw problem('PRECONDITION_FAILED');
  return Number(version);
}
