import { TimedClient } from './statement-time.js';

describe('a connection to the server', () => {
  it('that breaks while nobody has it does not end the process', () => {
    expect(() => new TimedClient().emit('error', new Error('terminated by the administrator'))).not.toThrow();
  });
});
