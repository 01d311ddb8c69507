import type { Query } from '../frame/asked.decorator.js';

/** How far back one can go page by page: an address has room for so many places. */
const PLACES_MAX = 20;
/** Stands for the first page, which is at no cursor. */
const FIRST = '-';
const PLACE = /^[\w-]{1,200}$/;

/**
 * The way that somebody came through a list which is read by cursor. A cursor leads on and not back, so the address of a
 * page keeps the places of those before it, and going back shows what was there.
 */
export class Trail {
  private constructor(
    /** Of this page; undefined: it is the first. */
    readonly cursor: string | undefined,
    private readonly before: readonly string[],
  ) {}

  /** Reads it out of an address. What nobody can have come by is no way back. */
  static from({ cursor, trail = '' }: Query): Trail {
    const places = trail.split('.');
    return new Trail(cursor, cursor === undefined || !places.every((place) => PLACE.test(place)) ? [] : places);
  }

  /** What the address of the next page asks for. */
  on(next: string): Query {
    const trail = [...this.before, this.cursor ?? FIRST].slice(-PLACES_MAX).join('.');
    return { cursor: next, trail };
  }

  /** What the address of the page before asks for; null: this is the first, or the way is forgotten. */
  back(): Query | null {
    const [place, ...earlier] = [...this.before].reverse();
    if (place === undefined) return null;
    return place === FIRST ? {} : { cursor: place, ...(earlier.length > 0 && { trail: earlier.reverse().join('.') }) };
  }
}
