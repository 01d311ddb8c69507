import { allowingTimeOnceFailed, isTimeAllowed, TimedClient } from './statement-time.js';

describe('a connection to the server', () => {
  it('that breaks while nobody has it does not end the process', () => {
    expect(() => new TimedClient().emit('error', new Error('terminated by the administrator'))).not.toThrow();
  });
});

describe('work that is done all the time', () => {
  it('has more time after a failure, until it is done, and not before', async () => {
    const patiently = allowingTimeOnceFailed();
    const work = () => Promise.resolve(isTimeAllowed());
    await expect(patiently(work)).resolves.toBe(false);
    await expect(patiently(() => Promise.reject(new Error('took too long')))).rejects.toThrow('took too long');
    await expect(patiently(work)).resolves.toBe(true);
    await expect(patiently(work)).resolves.toBe(false);
  });
});
