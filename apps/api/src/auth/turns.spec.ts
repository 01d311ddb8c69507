import { Turns } from './turns.js';

describe('turns', () => {
  it('come one at a time and in order for one subject', async () => {
    const turns = new Turns();
    const steps: string[] = [];
    const piece = (name: string) => async () => {
      steps.push(`${name} begins`);
      await new Promise(setImmediate);
      steps.push(`${name} ends`);
      return name;
    };
    const results = await Promise.all([turns.take('ada', piece('1')), turns.take('ada', piece('2'))]);
    expect(results).toEqual(['1', '2']);
    expect(steps).toEqual(['1 begins', '1 ends', '2 begins', '2 ends']);
  });

  it('of different subjects do not wait for each other', async () => {
    const turns = new Turns();
    let release = (): void => undefined;
    const held = turns.take('ada', () => new Promise<void>((resolve) => (release = resolve)));
    await expect(turns.take('bob', () => Promise.resolve('done'))).resolves.toBe('done');
    release();
    await held;
  });

  it('go on after one that failed', async () => {
    const turns = new Turns();
    const failed = turns.take('ada', () => Promise.reject(new Error('no')));
    const next = turns.take('ada', () => Promise.resolve('yes'));
    await expect(failed).rejects.toThrow('no');
    await expect(next).resolves.toBe('yes');
  });
});
