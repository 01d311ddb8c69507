import findMyWay from 'find-my-way';

/**
 * Which methods each path answers to. The router itself only knows pairs of method and path, and so calls a known path
 * with another method unknown; this index tells 405 from 404.
 */
export class MethodIndex {
  private readonly router = findMyWay();
  private readonly methodsOf = new Map<string, Set<string>>();

  /** Learns a route. `path` is in the router's notation, such as `/api/v1/keys/:id`. */
  add(methods: string | readonly string[], path: string): void {
    // Two methods of one path may call their parameters differently.
    const shape = path.replace(/:[^/]+/g, ':_');
    let known = this.methodsOf.get(shape);
    if (known === undefined) {
      known = new Set(['OPTIONS']);
      this.methodsOf.set(shape, known);
      this.router.on('GET', shape, noHandler, known);
    }
    for (const method of [methods].flat()) known.add(method);
    if (known.has('GET')) known.add('HEAD');
  }

  /** The value of the Allow header for the path of `url`, or undefined when nothing answers there. */
  allow(url: string): string | undefined {
    const known = this.router.find('GET', url)?.store as Set<string> | undefined;
    return known && [...known].sort().join(', ');
  }
}

function noHandler(): void {
  // The router is only asked what it knows; nothing is ever dispatched through it.
}
