import { validationProblem } from './validation.pipe.js';

describe('a validation problem', () => {
  it('names nested fields by their dotted path, and every constraint they break', () => {
    const { errors } = validationProblem([
      { property: 'name', constraints: { length: 'name is too long', text: 'name must be text' } },
      { property: 'rules', children: [{ property: '2', children: [{ property: 'ip', constraints: { ip: 'bad' } }] }] },
    ]);
    expect(errors).toEqual([
      { field: 'name', message: 'name is too long' },
      { field: 'name', message: 'name must be text' },
      { field: 'rules.2.ip', message: 'bad' },
    ]);
  });

  it('does not repeat a key that was sent as the name of a field', () => {
    const key = `akm_live_Zm9vYm${'a'.repeat(43)}`;
    const constraints = { whitelistValidation: `property ${key} should not exist` };
    const { errors } = validationProblem([{ property: 'rules', children: [{ property: key, constraints }] }]);
    expect(errors).toEqual([
      { field: 'rules.akm_live_Zm9vYm…', message: 'property akm_live_Zm9vYm… should not exist' },
    ]);
  });

  it('is bounded, whatever was sent', () => {
    const errors = Array.from({ length: 900 }, () => ({
      property: '\u{1f600}'.repeat(5_000),
      constraints: { whitelistValidation: `property ${'x'.repeat(5_000)} should not exist` },
    }));
    const body = JSON.stringify(validationProblem(errors).body('0192'));
    expect(body.length).toBeLessThan(100_000);
    expect(body).not.toContain('\\ud8');
  });
});
