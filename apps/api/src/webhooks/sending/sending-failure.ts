/** Why nothing came back from an endpoint. */
export type SendingFailure =
  | 'address_not_allowed'
  | 'host_not_found'
  | 'timeout'
  | 'connection_refused'
  | 'connection_reset'
  | 'unreachable'
  | 'tls_failed'
  | 'invalid_answer'
  | 'failed';

/** Sorts what Node says of a request that failed. Its words stay here: they may name addresses inside our network. */
export function failureOf(error: unknown): SendingFailure {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  return BY_CODE[code] ?? PATTERNS.find(([pattern]) => pattern.test(code))?.[1] ?? 'failed';
}

const BY_CODE: Readonly<Partial<Record<string, SendingFailure>>> = {
  ENOTFOUND: 'host_not_found',
  EAI_AGAIN: 'host_not_found',
  ENODATA: 'host_not_found',
  ECONNREFUSED: 'connection_refused',
  ECONNRESET: 'connection_reset',
  EPIPE: 'connection_reset',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  ETIMEDOUT: 'timeout',
  EPROTO: 'tls_failed',
};

const PATTERNS: readonly (readonly [RegExp, SendingFailure])[] = [
  [/^HPE_/, 'invalid_answer'],
  [/^ERR_(SSL|TLS)_|CERT|SIGNATURE|^HOSTNAME_MISMATCH$/, 'tls_failed'],
];
