import { IsInt, IsString, Length } from 'class-validator';
import type { Problem } from '#problems';
import { ItemsPipe } from './items.pipe.js';

class Item {
  @IsString()
  @Length(1, 3)
  name: string;

  @IsInt()
  size: number;
}

const pipe = new ItemsPipe(Item, 3);
const good = { name: 'a', size: 1 };
const faults = async (body: unknown) => {
  const problem = await pipe.transform(body).then(
    () => null,
    (error: unknown) => error as Problem,
  );
  return problem?.errors?.map(({ field }) => field);
};

describe('ItemsPipe', () => {
  it('makes an instance of every item', async () => {
    const items = await pipe.transform([good, good]);
    expect(items).toEqual([good, good]);
    expect(items.every((item) => item instanceof Item)).toBe(true);
  });

  it('names every bad field of every item by its position', async () => {
    expect(await faults([good, { name: '', size: 'x' }, { name: 'b', size: 2, extra: true }])).toEqual([
      '1.name',
      '1.size',
      '2.extra',
    ]);
  });

  it.each([[null], ['text'], [3], [[]]])('refuses an item that is %j', async (item) => {
    expect(await faults([good, item])).toEqual(['1']);
  });

  it.each([[undefined], [{}], [{ length: 1, 0: good }], [[]], [[good, good, good, good]]])(
    'refuses %j, which is not a list of 1 to 3 objects',
    async (body) => {
      expect(await faults(body)).toEqual(['']);
    },
  );
});
