import type { Socket } from 'node:net';

/** Kept on the connection, on which it never changes: to ask Node takes several calls, and each request asks. */
const ADDRESS = Symbol('address of the peer');

/** Of whoever holds the other end of a connection: a client, or the last proxy. Undefined once nobody does. */
export function peerAddress(socket: Socket & { [ADDRESS]?: string | undefined }): string | undefined {
  return (socket[ADDRESS] ??= socket.remoteAddress);
}
