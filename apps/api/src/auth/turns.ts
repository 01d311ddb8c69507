/**
 * Lets work on one subject run one piece at a time, in order of arrival; other subjects are not held up. Within this
 * process only: what must hold between instances is decided in the database.
 */
export class Turns {
  private readonly last = new Map<string, Promise<unknown>>();

  async take<T>(subject: string, work: () => Promise<T>): Promise<T> {
    const before = this.last.get(subject) ?? Promise.resolve();
    const mine = before.then(work, work);
    this.last.set(subject, mine);
    try {
      return await mine;
    } finally {
      if (this.last.get(subject) === mine) this.last.delete(subject);
    }
  }
}
