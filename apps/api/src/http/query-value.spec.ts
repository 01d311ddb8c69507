import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { QueryInstant } from './query-value.js';

class PeriodDto {
  @QueryInstant('start')
  from: Date;

  @QueryInstant('end')
  to: Date;
}

const parse = (text: unknown) => {
  const dto = plainToInstance(PeriodDto, { from: text, to: text });
  return validateSync(dto).length === 0 ? dto : null;
};

describe('a moment in a query', () => {
  it.each([
    ['2026-12-31T23:59:59Z', '2026-12-31T23:59:59.000Z'],
    ['2026-12-31t23:59:59.25z', '2026-12-31T23:59:59.250Z'],
    ['2026-12-31T23:59:59+02:00', '2026-12-31T21:59:59.000Z'],
    ['2026-12-31T23:59:59', '2026-12-31T23:59:59.000Z'],
    ['2026-12-31 23:59', '2026-12-31T23:59:00.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
  ])('is %s', (text, instant) => {
    expect(parse(text)).toEqual({ from: new Date(instant), to: new Date(instant) });
  });

  it('is the first or the last of a day when only the day is given', () => {
    expect(parse('2026-12-31')).toEqual({
      from: new Date('2026-12-31T00:00:00.000Z'),
      to: new Date('2026-12-31T23:59:59.999Z'),
    });
  });

  it.each([
    '2026-02-30',
    '2026-02-29T00:00:00Z',
    '2026-13-01',
    '2026-12-31T24:30:00Z',
    '2026-12-31T23:59:59+25:00',
    '2026-12-31T23:59:59.Z',
    '31.12.2026',
    '1767225600',
    'yesterday',
    '',
    ['2026-12-31'],
  ])('is not %j', (text) => {
    expect(parse(text)).toBeNull();
  });
});
