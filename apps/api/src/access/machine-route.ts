import type { Type } from '@nestjs/common';
import type { ProblemCode } from '#problems';
import type { Exchange } from '../http/exchange.js';
import type { Access } from './access.decorator.js';

/**
 * A route that other programs call on every request of theirs, and that Fastify alone answers: what Nest does around a
 * controller costs several times what it takes to verify a key. It says here what decorators say of a controller.
 */
export interface MachineRoute {
  readonly method: 'GET' | 'POST' | 'ANY';
  readonly path: string;
  readonly access: Exclude<Access, { kind: 'page' | 'open_page' }>;
  readonly description: RouteDescription;
  /**
   * Answers now or later, whatever happens. Whoever `access` refuses does not come here.
   * @param body as it was parsed, where the description has one.
   */
  answer(exchange: Exchange, body?: unknown): void;
  /** Whether a request with this query, the `?` included, may come past the router: only one that came by it before. */
  knows?(query: string): boolean;
}

/** What the API description says of the route, beyond what follows from the rest of it. */
export interface RouteDescription {
  readonly operationId: string;
  readonly summary: string;
  readonly text: string;
  /** A DTO: its fields are the parameters. */
  readonly query?: Type;
  readonly body?: Described;
  readonly status: number;
  readonly answer?: Described;
  /** The headers by which it answers, and an example of each. */
  readonly headers?: Readonly<Record<string, { readonly description: string; readonly example: string }>>;
  readonly problems: readonly ProblemCode[];
  /** Under which status each of them is told, where it is not the one of the catalogue. */
  readonly statusOf?: (code: ProblemCode) => number;
}

/** A DTO, or a list of so many of them. */
export interface Described {
  readonly dto: Type;
  readonly itemsMax?: number;
  /** A form of a client of OAuth, which shows its key as OAuth clients do. JSON is read too. */
  readonly isForm?: boolean;
}
