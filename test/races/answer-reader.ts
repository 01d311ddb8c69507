/** An answer with its body read. */
export interface RacedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Record<string, unknown>;
}

const HEAD_END = '\r\n\r\n';

/** Reads one HTTP/1.1 answer, however its bytes are cut. */
export class AnswerReader {
  private received = Buffer.alloc(0);

  /** @returns the answer, once it is complete. */
  push(chunk: Buffer): RacedAnswer | null {
    this.received = Buffer.concat([this.received, chunk]);
    const headEnd = this.received.indexOf(HEAD_END);
    if (headEnd < 0) return null;
    const [statusLine = '', ...lines] = this.received.toString('latin1', 0, headEnd).split('\r\n');
    const headers = Object.fromEntries(
      lines.map((line) => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
      }),
    );
    const status = Number(statusLine.split(' ')[1]);
    const body = status === 204 ? '' : bodyOf(this.received.subarray(headEnd + HEAD_END.length), headers);
    if (body === null) return null;
    return { status, headers, body: body === '' ? {} : (JSON.parse(body) as Record<string, unknown>) };
  }
}

/** Null: there is more to come. */
function bodyOf(bytes: Buffer, headers: Record<string, string>): string | null {
  if (headers['transfer-encoding'] === 'chunked') return chunkedBody(bytes);
  const length = Number(headers['content-length'] ?? 0);
  return bytes.length < length ? null : bytes.toString('utf8', 0, length);
}

function chunkedBody(bytes: Buffer): string | null {
  const chunks: Buffer[] = [];
  for (let at = 0; ;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return null;
    const length = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    const start = lineEnd + 2;
    if (bytes.length < start + length + 2) return null;
    if (length === 0) return Buffer.concat(chunks).toString();
    chunks.push(bytes.subarray(start, start + length));
    at = start + length + 2;
  }
}
