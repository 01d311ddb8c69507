import type { ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { RouteMetadata } from './route-metadata.js';

const KEY = Symbol('tested');

class Base {
  own(): void {
    // Only decorated.
  }
  inherited(): void {
    // Only decorated.
  }
}
class One extends Base {}
class Other extends Base {}
class Bare {
  bare(): void {
    // Not even decorated.
  }
}
/* eslint-disable @typescript-eslint/unbound-method -- handlers are told apart by which function they are */
Reflect.defineMetadata(KEY, 'handler', Base.prototype.own);
Reflect.defineMetadata(KEY, 'one', One);
Reflect.defineMetadata(KEY, 'other', Other);

describe('RouteMetadata', () => {
  const metadata = new RouteMetadata<string>(new Reflector(), KEY);
  const at = (owner: object, handler: object) =>
    metadata.of({ getClass: () => owner, getHandler: () => handler } as unknown as ExecutionContext);

  it.each(['the first time', 'every other time'])('is of the handler, else of the class that has it, %s', () => {
    expect(at(One, Base.prototype.own)).toBe('handler');
    expect(at(One, Base.prototype.inherited)).toBe('one');
    expect(at(Other, Base.prototype.inherited)).toBe('other');
    expect(at(Bare, Bare.prototype.bare)).toBeUndefined();
  });
});
