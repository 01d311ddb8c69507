import { isUtf8 } from 'node:buffer';
import { problem, type ProblemCode } from '#problems';
import { inspectJson } from './strict-json-inspection.js';

/**
 * Reads a body as one JSON document and refuses whatever two careful readers could understand differently, or the
 * database could not keep: see {@link inspectJson}. An empty body is no document at all, and gives undefined.
 * @throws Problem with a status of 400.
 */
export function parseStrictJson(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  if (!isUtf8(body)) throw problem('INVALID_TEXT');
  const text = body.toString('utf8');
  const value = parse(text);
  const fault: ProblemCode | undefined = inspectJson(text);
  if (fault !== undefined) throw problem(fault);
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // The message of the parser quotes the body, which may hold a secret.
    throw problem('MALFORMED_JSON');
  }
}
