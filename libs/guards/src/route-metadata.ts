import type { ExecutionContext } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';

type Handler = ReturnType<ExecutionContext['getHandler']>;
type Class = ReturnType<ExecutionContext['getClass']>;

/** What a handler, or else its class, was decorated with. Looked up once a route: it never changes, and takes 1 µs. */
export class RouteMetadata<Value> {
  private readonly known = new Map<Handler, Map<Class, Value | undefined>>();

  constructor(
    private readonly reflector: Reflector,
    private readonly key: string | symbol,
  ) {}

  of(context: ExecutionContext): Value | undefined {
    const [handler, owner] = [context.getHandler(), context.getClass()];
    // The classes that inherit a handler may each be decorated otherwise.
    let byClass = this.known.get(handler);
    if (byClass === undefined) {
      byClass = new Map();
      this.known.set(handler, byClass);
    }
    let value = byClass.get(owner);
    if (value === undefined && !byClass.has(owner)) {
      value = this.reflector.getAllAndOverride<Value | undefined>(this.key, [handler, owner]);
      byClass.set(owner, value);
    }
    return value;
  }
}
