import { once } from "node:events";
import { type AddressInfo, createServer, connect as dial, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** Starts a proxy between a server and its database that can fail as connections do. */
export async function startTcpProxy(databaseUrl: string) {
  const target = new URL(databaseUrl);
  const pairs = new Set<[Socket, Socket]>();
  let isSilent = false;
  const server = createServer((near) => {
    if (isSilent) {
      near.on("error", () => {});
      return;
    }
    const far = dial(Number(target.port), target.hostname);
    const pair: [Socket, Socket] = [near, far];
    pairs.add(pair);
    near.pipe(far).pipe(near);
    for (const socket of pair) {
      socket.on("error", () => {});
      socket.on("close", () => {
        pairs.delete(pair);
        for (const other of pair) other.destroy();
      });
    }
  });
  const listen = async (port: number) => {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
  };
  const cut = () => {
    for (const sockets of pairs) for (const socket of sockets) socket.destroy();
    server.close();
  };
  await listen(0);
  onTestFinished(cut);
  const { port } = server.address() as AddressInfo;
  const url = new URL(databaseUrl);
  url.port = String(port);
  return {
    url: url.href,
    /** Stops forwarding over existing connections without closing them. */
    freeze() {
      for (const [near, far] of pairs) {
        near.unpipe(far);
        far.unpipe(near);
        near.resume();
        far.resume();
      }
    },
    /** Also accepts new connections without ever answering. */
    freezeAll() {
      isSilent = true;
      this.freeze();
    },
    cut,
  };
}
