import { STATUS_CODES } from 'node:http';
import { type Socket } from 'node:net';
import { type ConnectionError } from 'fastify';
import { v7 } from 'uuid';
import { problem, type Problem } from '#problems';
import { type MethodIndex } from './method-index.js';

/**
 * Answers what Node's HTTP parser gives up on, before there is a request: broken syntax, headers that are too large,
 * methods it does not know, and clients that take too long. The connection ends with the answer, because nobody can say
 * any more where the next request on it would begin.
 */
export function clientErrorHandler(methods: MethodIndex, lingerMs: number) {
  return (error: ConnectionError, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || !canAnswer(socket)) {
      socket.destroy();
      return;
    }
    socket.end(rawAnswer(refusalOf(error, methods), v7()));
    // Bytes that arrive after a close would make the network stack throw the answer away unread.
    setTimeout(() => socket.destroy(), lingerMs).unref();
  };
}

/** The parser reports each further piece of a broken stream, and a half-sent answer must not get a second one inside it. */
function canAnswer(socket: Socket): boolean {
  const { _httpMessage: current } = socket as Socket & { _httpMessage?: { headersSent: boolean } | null };
  return socket.writable && !socket.writableEnded && current?.headersSent !== true;
}

function refusalOf(error: ConnectionError, methods: MethodIndex): Problem {
  switch (error.code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return problem('REQUEST_TIMEOUT');
    case 'HPE_HEADER_OVERFLOW':
      return problem('HEADERS_TOO_LARGE');
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return problem('BODY_TOO_LARGE');
    case 'HPE_INVALID_METHOD':
      return unknownMethod(error.rawPacket, methods);
    default:
      return problem('BAD_REQUEST');
  }
}

/** A method that exists nowhere is not allowed anywhere; only a line that is not a request line is a bad request. */
function unknownMethod(packet: unknown, methods: MethodIndex): Problem {
  const [line = ''] = Buffer.isBuffer(packet) ? packet.toString('latin1').split('\r\n', 1) : [];
  const url = REQUEST_LINE.exec(line)?.[1];
  if (url === undefined) return problem('BAD_REQUEST');
  const allow = methods.allow(url);
  return allow === undefined ? problem('NOT_FOUND') : problem('METHOD_NOT_ALLOWED', { headers: { allow } });
}

const REQUEST_LINE = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+ (\/\S*) HTTP\/1\.[01]$/;

function rawAnswer(refusal: Problem, requestId: string): string {
  const body = JSON.stringify(refusal.body(requestId));
  const headers = {
    ...refusal.headers,
    'x-request-id': requestId,
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? ''}\r\n${lines.join('')}\r\n${body}`;
}
