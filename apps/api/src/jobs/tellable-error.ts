import { redactKeys } from '#domain';

/**
 * What an administrator is told of a failure. The log has all of it; over HTTP go its words without what machines put
 * between them: values and names in quotes, rows, statements, URLs with what is in them, hosts, people and paths, and keys.
 */
export function tellableError(text: string): string {
  const known = OMITTED.reduce((kept, pattern) => kept.replace(pattern, '…'), redactKeys(text));
  return known.replace(/…(?:[\s,]*…)+/g, '…');
}

const OMITTED: readonly RegExp[] = [
  /\b[a-z][a-z0-9+.-]*:\/\/\S+/gi,
  /\b(?:SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH|CREATE|ALTER|DROP|TRUNCATE)\b[^\n]*/g,
  // What PostgreSQL says of a row: `Key (email)=(ada@example.com)`, `Failing row contains (1, Ada)`.
  /(?<=\bKey )\([^\n]*?\)=\([^\n]*\)|(?<=\brow contains )\([^\n]*\)/g,
  /(?<=\bgetaddrinfo [A-Z_]+ )\S+/g,
  /"[^"\n]*"|'[^'\n]*'|`[^`\n]*`/g,
  /(?<![\w/])(?:[A-Za-z]:)?(?:[\\/][\w.@+-]+){2,}[\\/]?/g,
  /(?<![^\s@()<>,;])[^\s@()<>,;]+@[^\s@()<>,;]+/g,
  // IPv6, with a port or without.
  /(?<![\w:])\[?(?=[0-9a-f]*:[0-9a-f:]*:)(?=[0-9a-f:]*::|(?:[0-9a-f]+:){7})[0-9a-f:]+(?:\.\d+)*(?:%\w+)?(?:\](?::\d+)?)?(?::\d+)?/gi,
  /\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b|\b[\w-]+(?:\.[\w-]+)*:\d{2,5}\b/g,
  /(?<![\w.-])(?:[a-z0-9](?:[\w-]*\w)?\.)+[a-z]{2,}\b(?!\()/gi,
  // Long words of chance; the ids of things are no secrets.
  /\b(?![0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b)[A-Za-z0-9+/_-]{32,}={0,2}(?![\w-])/g,
];
