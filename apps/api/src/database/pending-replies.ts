interface Waiting<Reply> {
  resolve(reply: Reply): void;
  reject(error: Error): void;
}

/**
 * What another thread was asked and has not answered yet: each question has a number, which its reply carries (Hohpe and
 * Woolf, *Enterprise Integration Patterns*: correlation identifier). Replies may come in any order.
 */
export class PendingReplies<Reply extends { readonly id: number }> {
  readonly #waiting = new Map<number, Waiting<Reply>>();
  #lastId = 0;

  /**
   * @param send posts the question with its number.
   * @throws {Error} what `fail` was given meanwhile, or what `send` threw, as one does that is to clone a function.
   */
  to(send: (id: number) => void): Promise<Reply> {
    const id = (this.#lastId += 1);
    return new Promise((resolve, reject) => {
      send(id);
      this.#waiting.set(id, { resolve, reject });
    });
  }

  /** Nothing happens when nobody waits for it any more. */
  settle(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    waiting?.resolve(reply);
  }

  /** To be called when no more replies will come. */
  fail(error: Error): void {
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const waiting of all) waiting.reject(error);
  }
}
