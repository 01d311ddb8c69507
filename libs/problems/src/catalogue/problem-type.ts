/** What one kind of problem means to the outside: the files of this folder are the only place where a code meets an HTTP status. */
export interface ProblemType {
  readonly status: number;
  readonly title: string;
  /** What went wrong, in one sentence that names no internals. */
  readonly meaning: string;
  /** What the person at the other end can do about it. */
  readonly remedy: string;
}
