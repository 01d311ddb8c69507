/** An expected reason not to start: its message is for the operator, who needs no stack to understand it. */
export class StartRefusal extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StartRefusal';
  }
}
