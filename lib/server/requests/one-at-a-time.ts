import "server-only";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";

type Connection = {
  /** Starts the one request that waits for the answer before it. */
  next?: () => void;
  isClosing: boolean;
};

const connections = new WeakMap<Socket, Connection>();

/**
 * Calls `start` when the answer before it on the same connection is complete: 64 kB can hold 1,800 requests, which Node
 * would all start in one turn. One request may wait, because a client that knows the length of an answer sends its next
 * request before the server has noted the end. If more come, they and the waiting one are dropped, and the connection
 * closes after the answer that is under way.
 */
export function startInTurn(
  { socket }: IncomingMessage,
  response: ServerResponse,
  start: () => void,
): void {
  const connection = connections.get(socket);
  if (!connection) begin(socket, response, start);
  else if (!connection.next && !connection.isClosing)
    connection.next = () => begin(socket, response, start);
  else {
    connection.next = undefined;
    connection.isClosing = true;
    socket.pause();
  }
}

function begin(socket: Socket, response: ServerResponse, start: () => void): void {
  const connection: Connection = { isClosing: false };
  connections.set(socket, connection);
  const leave = () => {
    if (connections.get(socket) !== connection) return;
    connections.delete(socket);
    if (connection.isClosing) socket.destroySoon();
    else if (!socket.destroyed) connection.next?.();
  };
  response.once("finish", leave).once("close", leave);
  start();
}
