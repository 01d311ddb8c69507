import { HashQueue } from './hash-queue.js';

describe('the hash queue', () => {
  const settled = () => new Promise(setImmediate);

  /** Work that ends when told to. */
  function held() {
    let finish = (): void => undefined;
    const begun = jest.fn();
    const done = new Promise<void>((resolve) => (finish = resolve));
    return {
      begun,
      finish,
      work: () => {
        begun();
        return done;
      },
    };
  }

  it('runs no more at once than allowed, and the rest in order of arrival', async () => {
    const queue = new HashQueue(2, 10);
    const pieces = [held(), held(), held(), held()];
    const runs = pieces.map((piece) => queue.run(piece.work));
    const hasBegun = () => pieces.map((piece) => piece.begun.mock.calls.length === 1);

    await settled();
    expect(hasBegun()).toEqual([true, true, false, false]);
    pieces[1]?.finish();
    await settled();
    expect(hasBegun()).toEqual([true, true, true, false]);
    for (const piece of pieces) piece.finish();
    await Promise.all(runs);
    expect(hasBegun()).toEqual([true, true, true, true]);
  });

  it('refuses what would wait behind a full line, and asks to come back', async () => {
    const queue = new HashQueue(1, 1);
    const [first, second, third] = [held(), held(), held()];
    const runs = [queue.run(first.work), queue.run(second.work)];
    await expect(queue.run(third.work)).rejects.toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
      headers: { 'retry-after': '2' },
    });
    expect(third.begun).not.toHaveBeenCalled();
    first.finish();
    second.finish();
    await Promise.all(runs);
  });

  it('gives the place of failed work to the next', async () => {
    const queue = new HashQueue(1, 1);
    const failed = queue.run(() => Promise.reject(new Error('no memory')));
    const next = queue.run(() => Promise.resolve('hashed'));
    await expect(failed).rejects.toThrow('no memory');
    await expect(next).resolves.toBe('hashed');
    await expect(queue.run(() => Promise.resolve('again'))).resolves.toBe('again');
  });
});
