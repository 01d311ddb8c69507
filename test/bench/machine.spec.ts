import { coresOf, cpuSeconds, residentBytes } from './machine.js';

describe('the machine', () => {
  it.each([
    ['0-3', [0, 1, 2, 3]],
    ['0,2', [0, 2]],
    ['1-2,7', [1, 2, 7]],
    ['4', [4]],
    ['', []],
  ])('reads the cores %j', (list, cores) => {
    expect(coresOf(list)).toEqual(cores);
  });

  it('knows nothing of a process that is not there', () => {
    expect([cpuSeconds(2 ** 30), residentBytes(2 ** 30)]).toEqual([null, null]);
  });
});
