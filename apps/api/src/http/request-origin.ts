/** Where a request came from: what the audit log and sessions remember of it. */
export interface RequestOrigin {
  /** The X-Request-Id of the answer. */
  readonly requestId: string;
  /** Canonical text of the client's address (IPv4-mapped IPv6 written as IPv4); null when it is unknown. */
  readonly ip: string | null;
  /** Cut to a bounded length. */
  readonly userAgent: string | null;
  readonly method: string;
  /** Path without the query. */
  readonly endpoint: string;
}
