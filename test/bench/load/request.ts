/** Stands for the record of a sequence: a key, or several. */
export const RECORD = '{record}';

/** One kind of request. Where RECORD stands, once, in a header or in the body, each request has another record. */
export interface RequestTemplate {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The bytes of a request before and after its record. */
export interface RawTemplate {
  readonly before: string;
  readonly after: string;
}

/** @param recordLength of every record, in bytes: so the length of a body is known beforehand. */
export function rawTemplate(template: RequestTemplate, host: string, recordLength: number): RawTemplate {
  const { method, path, headers = {}, body = '' } = template;
  const length = Buffer.byteLength(body) + (body.includes(RECORD) ? recordLength - RECORD.length : 0);
  const lines = [
    `${method} ${path} HTTP/1.1`,
    `Host: ${host}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...(body === '' ? [] : ['Content-Type: application/json', `Content-Length: ${length}`]),
  ];
  const [before = '', after = ''] = `${lines.join('\r\n')}\r\n\r\n${body}`.split(RECORD);
  return { before, after };
}
