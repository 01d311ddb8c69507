/** How much, how deep and how long the server listens to one client. Tests pass shorter times than these. */
export interface ServerLimits {
  readonly bodyBytes: number;
  /** The request line and all headers together. */
  readonly headerBytes: number;
  /** From the first byte of a connection or request to the end of its headers. */
  readonly headersMs: number;
  /** The same, to the end of the body. */
  readonly requestMs: number;
  /** How often the two above are enforced; they may be late by this much. */
  readonly checkEveryMs: number;
  /** Silence in both directions while a request is under way. */
  readonly silenceMs: number;
  /** Silence between two requests. Longer than the usual 60 s of a load balancer, so that it is the one who hangs up. */
  readonly keepAliveMs: number;
  /** How long a refused client may take to read why, before the connection is cut. */
  readonly lingerMs: number;
}

/** A client that dawdles is gone within 15 s: 13 s, the check after that, and the time to read the answer. */
export const SERVER_LIMITS: ServerLimits = {
  bodyBytes: 256 * 1024,
  headerBytes: 16 * 1024,
  headersMs: 10_000,
  requestMs: 13_000,
  checkEveryMs: 1_000,
  silenceMs: 60_000,
  keepAliveMs: 65_000,
  lingerMs: 500,
};
