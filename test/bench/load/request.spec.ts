import { RECORD, rawTemplate } from './request.js';

describe('a request template', () => {
  it('is cut where the record goes', () => {
    const template = { method: 'GET', path: '/x', headers: { 'X-API-Key': RECORD } };
    expect(rawTemplate(template, 'h:1', 5)).toEqual({
      before: 'GET /x HTTP/1.1\r\nHost: h:1\r\nX-API-Key: ',
      after: '\r\n\r\n',
    });
  });

  it('counts the record in the length of the body', () => {
    const { before, after } = rawTemplate({ method: 'POST', path: '/x', body: `{"key":"${RECORD}"}` }, 'h:1', 5);
    const request = `${before}12345${after}`;
    const [, length] = /Content-Length: (\d+)/.exec(request) ?? [];
    expect(request.split('\r\n\r\n')[1]).toHaveLength(Number(length));
  });

  it('may have no record', () => {
    expect(rawTemplate({ method: 'GET', path: '/' }, 'h:1', 5)).toEqual({
      before: 'GET / HTTP/1.1\r\nHost: h:1\r\n\r\n',
      after: '',
    });
  });
});
