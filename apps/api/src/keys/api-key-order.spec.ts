import { API_KEY_SORTS, placeText, readPlace } from './api-key-order.js';

const ID = '0198f0c4-7d5e-7a31-9d2f-1c2b3a4d5e6f';

describe('the place of a key in a list', () => {
  it.each(API_KEY_SORTS)('is read as it was written, sorted by %s', (sort) => {
    const value = /name/.test(sort) ? '1 two\nthree' : new Date(1_795_356_000_000);
    expect(readPlace(placeText({ value, id: ID }), sort)).toEqual({ value, id: ID });
  });

  it('knows keys that never expire', () => {
    expect(readPlace(placeText({ value: 'infinity', id: ID }), 'expires_at')).toEqual({ value: 'infinity', id: ID });
  });

  it.each([
    ['no id', 'created_at', '1795356000000'],
    ['no value', 'name', ID],
    ['what is no time', 'created_at', `${ID}infinity`],
    ['a time beyond all', '-expires_at', `${ID}1000000000000000`],
    ['a time before all', '-expires_at', `${ID}-1`],
    ['a character no name has', 'name', `${ID}a\0`],
  ] as const)('is refused with %s, for whoever forges cursors', (_, sort, text) => {
    expect(readPlace(text, sort)).toBeUndefined();
  });
});
