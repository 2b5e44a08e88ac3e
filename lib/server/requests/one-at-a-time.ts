import "server-only";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";

const underWay = new WeakMap<Socket, ServerResponse>();

/**
 * Admits one request at a time on each connection, and returns whether this one is admitted. A request that comes before
 * the last one was answered is dropped, and the connection closes after that answer: 64 kB can hold 1,800 requests, which
 * Node would all start in one turn. Browsers and gateways wait for each answer, and others send again what got none.
 */
export function admitOneAtATime({ socket }: IncomingMessage, response: ServerResponse): boolean {
  const last = underWay.get(socket);
  if (last) {
    closeAfter(last, socket);
    return false;
  }
  underWay.set(socket, response);
  const leave = () => {
    if (underWay.get(socket) === response) underWay.delete(socket);
  };
  response.once("finish", leave).once("close", leave);
  return true;
}

const closing = new WeakSet<ServerResponse>();

function closeAfter(last: ServerResponse, socket: Socket): void {
  if (closing.has(last)) return;
  closing.add(last);
  socket.pause();
  last.once("finish", () => socket.destroySoon()).once("close", () => socket.destroySoon());
}
