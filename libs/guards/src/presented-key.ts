/** Headers as Node gives them: names in lower case. */
export type RequestHeaders = Readonly<Record<string, string | string[] | undefined>>;

/**
 * The key a request carries: `X-API-Key`, else `Authorization: ApiKey …`, else `Authorization: Bearer …`; null when
 * there is none. Scheme names are compared without regard to case (RFC 9110 §11.1). The text is not checked at all.
 */
export function presentedKey(headers: RequestHeaders): string | null {
  const header = headers['x-api-key'];
  // Node joins a header that came twice with ", ": such a text is no key, and is refused as malformed.
  if (header !== undefined) return typeof header === 'string' ? header : header.join(', ');
  const { authorization } = headers;
  return typeof authorization === 'string' ? (CREDENTIALS.exec(authorization)?.[1] ?? null) : null;
}

const CREDENTIALS = /^(?:apikey|bearer) +(\S+) *$/i;
